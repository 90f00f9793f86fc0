import { sections } from '../../postgres/dumped-sections.ts';
import type { Flags, FlagValue } from '../../postgres/options/flags.ts';
import type { DumpStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { fillDatabase } from '../declaration/templates.ts';
import { type Before, checkConnection, checkFilled, type References } from './references.ts';
import type { Steps } from './steps.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'dump' }>;

export function resolveDump(
  { value, origin }: Declared,
  all: Steps,
  before: Before,
  references: References,
): DumpStep | undefined {
  const { problems } = references;
  const to = fillDatabase(value.to.value, value.databases ?? []);
  if (to === undefined) {
    const what = '{database} stands for the one database that the step names';
    problems.report('PGR123', value.to.origin, 'dump.to', what, 'name one under databases, without * and ?');
  }
  if (to !== undefined && before.dumps.includes(to)) {
    const what = 'a dump step before writes to the same folder';
    problems.report('PGR150', value.to.origin, 'dump.to', what, 'give each dump a folder of its own');
  }
  if (value.from !== undefined) {
    checkConnection(value.from, 'dump.from', 'read', references);
    checkFilled(value.from, 'dump.from', before, references);
  }
  const from = value.from?.value ?? onlySource(all, references);
  if (from === undefined) {
    const what = 'it is not plain which connection to dump from';
    // With a step or the connections unread, it may have been plain.
    if (references.connections !== undefined && !all.includes(undefined)) {
      problems.report('PGR127', origin, 'dump.from', what, 'add from: the name of a connection');
    }
    return undefined;
  }
  return {
    kind: 'dump',
    from,
    databases: value.databases ?? [],
    'exclude-database': value.exclude.database ?? [],
    globals: value.globals,
    'role-passwords': value['role-passwords'],
    format: value.format,
    'content-hash': value['content-hash'],
    'single-file': value['single-file'],
    jobs: value.jobs,
    snapshot: value.snapshot?.value,
    throttle: value.throttle,
    compress: value.compress,
    include: { schema: value.include.schema ?? [], table: value.include.table ?? [] },
    exclude: {
      schema: value.exclude.schema ?? [],
      table: value.exclude.table ?? [],
      'table-data': value.exclude['table-data'] ?? [],
    },
    options: optionsOf(value),
    flags: value.flags,
    'globals-flags': value['globals-flags'],
    to: to ?? value.to.value,
  };
}

/** The keys that are options of pg_dump. Those with a value of their own by client are named as the newest has them. */
function optionsOf(value: Declared['value']): Flags {
  const { include, exclude, section, 'large-objects': largeObjects, 'rows-per-insert': rows } = value;
  const named = [
    'schema-only',
    'data-only',
    'no-owner',
    'no-privileges',
    'inserts',
    'column-inserts',
    'disable-triggers',
    'serializable-deferrable',
    'create',
    'clean',
    'if-exists',
  ] as const;
  const patterns = {
    extension: include.extension,
    'table-and-children': include['table-and-children'],
    'exclude-extension': exclude.extension,
    'exclude-table-and-children': exclude['table-and-children'],
    section: section === undefined ? undefined : sections.filter(each => section.includes(each)),
    'rows-per-insert': rows,
  };
  return Object.fromEntries<FlagValue>([
    ...named.filter(name => value[name]).map(name => [name, true] as const),
    ...Object.entries(patterns).flatMap(([name, given]) => (given === undefined ? [] : [[name, given] as const])),
    ...(largeObjects === undefined ? [] : [[largeObjects ? 'large-objects' : 'no-large-objects', true] as const]),
  ]);
}

/** The connection that is neither a restore's target nor empty at first, when there is exactly one. */
export function onlySource(all: Steps, { connections }: References): string | undefined {
  const targets = all.flatMap(step => (step?.kind === 'restore' ? [step.value.into.value] : []));
  const [source, ...others] = [...(connections ?? [])].filter(
    ([name, connection]) => !targets.includes(name) && connection?.throwaway === undefined,
  );
  return others.length === 0 ? source?.[0] : undefined;
}

/** The folder of a dump step, with the name of its database in it where that is plain. */
export function folderOf({ value }: Declared): string {
  return fillDatabase(value.to.value, value.databases ?? []) ?? value.to.value;
}

/** Folders of all dump sets that the steps make. */
export function dumpFolders(all: Steps): readonly string[] {
  return all.flatMap(step => (step?.kind === 'dump' ? [folderOf(step)] : []));
}
