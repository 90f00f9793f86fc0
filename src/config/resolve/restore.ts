import type { RestoreStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { sections } from '../declaration/restore.ts';
import { dumpFolders } from './dump.ts';
import { type Before, checkConnection, checkFolder, checkRenames, type References } from './references.ts';
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
  const from = value.from?.value ?? before.dumps.at(-1);
  if (from === undefined) {
    const what = 'there is no dump step before whose dump set could be restored';
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
    jobs,
    phases,
    privileges,
    analyze,
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
    analyze,
    overwrite,
    temporary,
    as: Object.fromEntries(as?.value ?? []),
    section: section === undefined ? sections : sections.filter(each => section.includes(each)),
    owners: owners === undefined ? undefined : owners === 'keep' ? { kind: 'keep' } : { kind: 'role', role: owners },
  };
}
