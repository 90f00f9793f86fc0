import type { Flags, FlagValue } from '../../postgres/options/flags.ts';
import { optionNamed, type Takes, type Tool, type ToolOption } from '../../postgres/options/model.ts';
import { list, wrong } from '../schema/collections.ts';
import type { Decoding, JsonSchema, Kind } from '../schema/kind.ts';
import { flag, integer, text } from '../schema/scalars.ts';
import { reportUnknownKey } from '../schema/suggestions.ts';
import type { SourceEntry } from '../source/tree.ts';
import { path as filePath } from './names.ts';

const line = text({ expects: 'a value (text in one line)', code: 'PGR108' });
const kinds = {
  nothing: flag(),
  text: line,
  texts: list(line),
  file: filePath('the path of a file'),
} as const satisfies Record<Exclude<Takes, 'number'>, Kind<FlagValue>>;

function kindOf({ takes, range = [0, 2_147_483_647] }: ToolOption): Kind<FlagValue> {
  return takes === 'number' ? integer(...range) : kinds[takes];
}

/** Options of a tool by their long names, for everything that has no key of its own. Several tools: any of theirs. */
export function flags(...tools: readonly Tool[]): Kind<Flags> {
  const names = tools.map(tool => tool.name).join(' or ');
  const known = Object.fromEntries(
    tools.flatMap(tool => tool.options.filter(isFree)).map(option => [option.name, option]),
  );
  const expects = `a map of options of ${names}`;
  return {
    expects,
    type: `map of options of ${names}, see [options.md](options.md)`,
    schema: schemaOf(tools, known),
    shape: { form: 'scalar' },
    decode: (node, path, decoding) => {
      if (node.kind === 'broken') return undefined;
      if (node.kind !== 'map') return wrong(node, path, expects, decoding);
      const found = new Map<string, FlagValue>();
      let sound = true;
      for (const entry of node.entries) {
        const option = optionOf(entry, tools, known, path, decoding);
        const decoded = option && kindOf(option).decode(entry.value, `${path}.${entry.key}`, decoding);
        if (option !== undefined && found.has(option.name)) twice(entry, option, path, decoding);
        if (option !== undefined && decoded !== undefined) found.set(option.name, decoded.value);
        sound &&= decoded !== undefined;
      }
      return sound ? { value: Object.fromEntries(found) } : undefined;
    },
  };
}

function isFree(option: ToolOption): boolean {
  return option.status.kind === 'free';
}

/** The option that may be given here; anything else is reported. */
function optionOf(
  entry: SourceEntry,
  tools: readonly Tool[],
  known: Readonly<Record<string, ToolOption>>,
  path: string,
  decoding: Decoding,
): ToolOption | undefined {
  const name = entry.key.replace(/^--/, '');
  const options = tools.flatMap(tool => optionNamed(tool, name) ?? []);
  const [first] = options;
  if (first === undefined)
    reportUnknownKey({ ...entry, key: name }, path, known, {}, { ...decoding, placesOf: nowhere });
  const free = options.find(isFree);
  if (free === undefined && first !== undefined) notHere(entry, first, path, decoding);
  return free;
}

/** A key of the same name elsewhere in the file is not what was meant. */
function nowhere(): readonly string[] {
  return [];
}

function notHere(entry: SourceEntry, { name, status }: ToolOption, path: string, { problems }: Decoding): void {
  const report = (what: string, remedy: string) => problems.report('PGR155', entry.keyOrigin, path, what, remedy);
  if (status.kind === 'owned') report(`--${name} is set by the key ${status.key}`, `write ${status.key} in the step`);
  if (status.kind === 'elsewhere') report(`--${name} is set by ${status.key}`, `write ${status.key}`);
  if (status.kind === 'refused') report(`--${name} cannot be given: ${status.reason}`, 'remove it');
}

function twice(entry: SourceEntry, { name }: ToolOption, path: string, { problems }: Decoding): void {
  const what = `${JSON.stringify(entry.key)} and another spelling of ${name} are both given`;
  problems.report('PGR150', entry.keyOrigin, path, what, 'keep one of the two');
}

function schemaOf(tools: readonly Tool[], known: Readonly<Record<string, ToolOption>>): JsonSchema {
  const spellings = tools.flatMap(tool => Object.entries(tool.spellings));
  const properties = Object.values(known).flatMap(option => {
    const { schema } = kindOf(option);
    const others = spellings.filter(([, name]) => name === option.name);
    return [
      [option.name, { description: option.help, ...schema }] as const,
      ...others.map(([spelling]) => [spelling, { description: `The same as ${option.name}.`, ...schema }] as const),
    ];
  });
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}
