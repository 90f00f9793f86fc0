import type { PublishStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { fillDatabase } from '../declaration/templates.ts';
import type { Located } from '../schema/kind.ts';
import { dumpFolders, folderOf } from './dump.ts';
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
  const from = value.from?.value ?? before.dumps.at(-1);
  const dump = all.find(step => step?.kind === 'dump' && folderOf(step) === from);
  const databases = dump?.kind === 'dump' ? (dump.value.databases ?? []) : [];
  const filled = (name: Located<string> | undefined, key: string): string => {
    const result = fillDatabase(name?.value ?? '', databases);
    if (result !== undefined) return result;
    const what = '{database} stands for the one database that the dump step names';
    problems.report('PGR123', name?.origin ?? origin, key, what, 'write the name itself');
    return '';
  };
  const [folder, artifact] = [filled(value.folder, 'publish.folder'), filled(value.artifact, 'publish.artifact')];
  if (value.folder !== undefined && dumpFolders(all).includes(folder)) {
    const what = 'a dump step writes to the same folder';
    problems.report('PGR150', value.folder.origin, 'publish.folder', what, 'publish to another folder');
  }
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
    to: value.folder === undefined ? { kind: 'artifact', name: artifact } : { kind: 'folder', path: folder },
  };
}
