import type { StepDeclaration } from '../declaration/file.ts';
import { fillDatabase } from '../declaration/templates.ts';
import type { Located } from '../schema/kind.ts';
import type { PublishStep } from '../storage-steps.ts';
import { dumpFolders, folderOf } from './dump.ts';
import { type Before, checkFolder, checkStorage, type References } from './references.ts';
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
  if (value.storage !== undefined) checkStorage(value.storage, 'publish.storage', references);
  const folder = filled(value.folder, 'publish.folder');
  const to = (): PublishStep['to'] => {
    if (value.folder !== undefined) return { kind: 'folder', path: folder };
    if (value.storage !== undefined)
      return { kind: 'storage', storage: value.storage.value, name: filled(value.name, 'publish.name') };
    return {
      kind: 'artifact',
      name: filled(value.artifact, 'publish.artifact'),
      retentionDays: value['retention-days'],
      overwrite: value.overwrite ?? false,
    };
  };
  const place = to();
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
    to: place,
    partBytes: value['part-size'],
    encrypt: value.encrypt && { to: value.encrypt, checkWith: value['check-with'] },
    'allow-public': value['allow-public'],
  };
}
