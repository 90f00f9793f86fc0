import { resolve } from 'node:path';
import { fault } from '../../errors.ts';
import type { Effect, Tool, ToolName } from './model.ts';
import { tools } from './tools.ts';

/** Options that a declared file gives to a tool, by their long names. */
export type Flags = Readonly<Record<string, FlagValue>>;
export type FlagValue = true | string | number | readonly string[];

/**
 * The flags as arguments, in the order of the file. Paths of files start at the workspace.
 * @throws RoundtripError PGR155 for an option of another tool, as which of them restores depends on the dump set
 */
export function flagArguments(tool: Tool, flags: Flags, workspace: string): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const option = tool.options.find(each => each.name === name && each.status.kind === 'free');
    if (option === undefined) {
      const what = `--${name} cannot be given to ${tool.name}, which this step runs`;
      throw fault('PGR155', what, 'remove it; pg_restore restores archives, and psql plain dumps');
    }
    if (value === true) return [`--${name}`];
    const values = typeof value === 'object' ? value : [value];
    return values.map(each => `--${name}=${option.takes === 'file' ? resolve(workspace, String(each)) : each}`);
  });
}

/**
 * Refuses arguments that the client's major does not have, before anything is done.
 * @throws RoundtripError PGR156
 */
export function requireKnown(program: ToolName, parameters: readonly string[], major: number): void {
  const tool = tools[program];
  for (const name of namesOf(parameters)) {
    const option = tool.options.find(each => each.name === name);
    if (option === undefined) throw fault('PGR900', `--${name} is no option of ${tool.name}`, 'please report it');
    const { since = 0, until = Number.POSITIVE_INFINITY } = option;
    if (major < since) {
      throw fault(
        'PGR156',
        `--${name} needs ${tool.name} ${since} or newer, and the client is ${major}`,
        'remove it, or choose a newer client under `client`',
      );
    }
    if (major > until) {
      throw fault(
        'PGR156',
        `${tool.name} has --${name} up to ${until} only, and the client is ${major}`,
        'remove it, or choose an older client under `client`',
      );
    }
  }
}

/** The effects of options among the arguments. */
export function effectsOf(tool: Tool, parameters: readonly string[]): readonly Effect[] {
  const names = namesOf(parameters);
  return tool.options.flatMap(option =>
    option.effect !== undefined && names.includes(option.name) ? [option.effect] : [],
  );
}

/** For people: what of the arguments no comparison will look at. */
export function notesOf(tool: Tool, parameters: readonly string[]): readonly string[] {
  const unread = effectsOf(tool, parameters).flatMap(effect => (effect.kind === 'not-compared' ? [effect.what] : []));
  return [...new Set(unread)].map(what => `${what}: never compared`);
}

/** Those of the arguments whose options have such an effect. */
export function argumentsWith(tool: Tool, parameters: readonly string[], kind: Effect['kind']): readonly string[] {
  const names = tool.options.filter(option => option.effect?.kind === kind).map(option => option.name);
  return parameters.filter(argument => namesOf([argument]).some(name => names.includes(name)));
}

/** The long options among the arguments, up to `--`. */
function namesOf(parameters: readonly string[]): readonly string[] {
  const end = parameters.indexOf('--');
  const options = end === -1 ? parameters : parameters.slice(0, end);
  return options.flatMap(argument => /^--([a-z][a-z0-9-]*)/.exec(argument)?.[1] ?? []);
}
