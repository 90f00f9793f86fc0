import type { RestoreStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { sections } from '../declaration/restore.ts';
import type { Origin } from '../source/tree.ts';
import { dumpFolders } from './dump.ts';
import { type Before, checkConnection, checkFolder, checkRenames, type References } from './references.ts';
import { resolveRename } from './rename.ts';
import type { Steps } from './steps.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'restore' }>;

export function resolveRestore(
  { value, origin }: Declared,
  all: Steps,
  before: Before,
  references: References,
): RestoreStep | undefined {
  checkConnection(value.into, 'restore.into', 'write', references);
  checkRenames(value.as, value.databases, 'restore.as', references);
  if (value.from !== undefined) checkFolder(value.from, 'restore.from', before, dumpFolders(all), references);
  checkExisting(value, origin, references);
  const from = value.from?.value ?? before.dumps.at(-1);
  if (from === undefined) {
    const what = 'there is no dump or fetch step before whose dump set could be restored';
    if (!before.uncertain) {
      references.problems.report('PGR128', origin, 'restore', what, 'add from: the folder of a dump set');
    }
    return undefined;
  }
  const {
    into,
    databases = [],
    as,
    section,
    owners,
    overwrite = [],
    production = [],
    trust,
    jobs,
    phases,
    privileges,
    flags,
    analyze,
    refresh,
    settings,
    locale,
    throttle,
    temporary,
  } = value;
  return {
    kind: 'restore',
    from,
    into: into.value,
    databases,
    jobs,
    phases,
    privileges,
    flags,
    analyze,
    refresh,
    settings,
    locale,
    overwrite,
    production,
    trust,
    throttle,
    temporary,
    selection: resolveSelection(value),
    'use-list': value['use-list'],
    tablespaces: typeof value.tablespaces === 'string' ? value.tablespaces : Object.fromEntries(value.tablespaces),
    clean: value.clean ?? [],
    'into-existing': value['into-existing'] ?? [],
    'single-transaction': value['single-transaction'],
    'disable-triggers': value['disable-triggers'],
    as: Object.fromEntries(as?.value ?? []),
    rename: resolveRename(value.rename, 'restore.rename', references.problems),
    section: section === undefined ? sections : sections.filter(each => section.includes(each)),
    owners: owners === undefined ? undefined : owners === 'keep' ? { kind: 'keep' } : { kind: 'role', role: owners },
  };
}

function resolveSelection({ include, exclude, defer, extensions }: Declared['value']): RestoreStep['selection'] {
  return {
    include: { schema: include.schema ?? [], table: include.table ?? [] },
    exclude: {
      schema: exclude.schema ?? [],
      table: exclude.table ?? [],
      'table-data': exclude['table-data'] ?? [],
      index: exclude.index ?? [],
      kind: exclude.kind ?? [],
    },
    defer: { index: defer.index ?? [], kind: defer.kind ?? [] },
    extensions,
  };
}

/** What becomes of a database that is there can only be one thing. */
function checkExisting(value: Declared['value'], origin: Origin, { problems }: References): void {
  const keys = ['overwrite', 'clean', 'into-existing'] as const;
  for (const [index, key] of keys.entries()) {
    for (const other of keys.slice(index + 1)) {
      const twice = value[key]?.find(name => value[other]?.includes(name));
      if (twice === undefined) continue;
      const what = `${JSON.stringify(twice)} is named under ${key} and under ${other}`;
      problems.report('PGR150', origin, 'restore', what, 'keep one of the two');
    }
  }
}
