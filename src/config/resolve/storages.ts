import type { Storage } from '../config.ts';
import type { FileDeclaration } from '../declaration/file.ts';
import type { Problems } from '../problems.ts';

/** The declared storages, each with what it needs to be opened. */
export function configureStorages(
  declared: FileDeclaration['storages'],
  _problems: Problems,
): Readonly<Record<string, Storage>> {
  const storages = [...(declared ?? [])].flatMap(([name, found]): readonly (readonly [string, Storage])[] => {
    if (found === undefined) return [];
    const { upload, download, list, delete: remove } = found.value.value;
    return [[name, { kind: 'command', commands: { upload, download, list, delete: remove } }]];
  });
  return Object.fromEntries(storages);
}
