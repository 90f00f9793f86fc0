import type { PublishStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { dumpFolders } from './dump.ts';
import { type Before, checkFolder, type References } from './references.ts';
import type { Steps } from './steps.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'publish' }>;

export function resolvePublish(
  { value, origin }: Declared,
  all: Steps,
  before: Before,
  references: References,
): PublishStep | undefined {
  const { problems } = references;
  if (value.from !== undefined) checkFolder(value.from, 'publish.from', before, dumpFolders(all), references);
  if (value.folder !== undefined && dumpFolders(all).includes(value.folder.value)) {
    const what = 'a dump step writes to the same folder';
    problems.report('PGR150', value.folder.origin, 'publish.folder', what, 'publish to another folder');
  }
  const from = value.from?.value ?? before.dumps.at(-1);
  if (from === undefined) {
    const what = 'there is no dump or fetch step before whose dump set could be published';
    if (!before.uncertain) problems.report('PGR128', origin, 'publish', what, 'add from: the folder of a dump set');
    return undefined;
  }
  return {
    kind: 'publish',
    from,
    'retention-days': value['retention-days'],
    'allow-public': value['allow-public'],
    to:
      value.folder === undefined
        ? { kind: 'artifact', name: value.artifact ?? '' }
        : { kind: 'folder', path: value.folder.value },
  };
}
