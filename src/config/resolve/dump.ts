import type { DumpStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
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
  if (before.dumps.includes(value.to.value)) {
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
    globals: value.globals,
    format: value.format,
    jobs: value.jobs,
    compress: value.compress,
    include: { schema: value.include.schema ?? [], table: value.include.table ?? [] },
    exclude: {
      schema: value.exclude.schema ?? [],
      table: value.exclude.table ?? [],
      'table-data': value.exclude['table-data'] ?? [],
    },
    flags: value.flags,
    'globals-flags': value['globals-flags'],
    to: value.to.value,
  };
}

/** The connection that is neither a restore's target nor empty at first, when there is exactly one. */
function onlySource(all: Steps, { connections }: References): string | undefined {
  const targets = all.flatMap(step => (step?.kind === 'restore' ? [step.value.into.value] : []));
  const [source, ...others] = [...(connections ?? [])].filter(
    ([name, connection]) => !targets.includes(name) && connection?.throwaway === undefined,
  );
  return others.length === 0 ? source?.[0] : undefined;
}

/** Folders of all dump sets that the steps make. */
export function dumpFolders(all: Steps): readonly string[] {
  return all.flatMap(step => (step?.kind === 'dump' ? [step.value.to.value] : []));
}
