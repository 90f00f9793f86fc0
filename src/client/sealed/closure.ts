import { fault } from '../../errors.ts';
import type { LockedSet } from '../lock/lock.ts';
import type { Elf } from './elf.ts';
import { glibcTraits } from './glibc.ts';
import type { PackageFile } from './package-file.ts';
import { triplets } from './package-paths.ts';
import { findFile, type PackageTree } from './package-tree.ts';

/** Everything that some programs load. */
export interface Closure {
  /** Name of the loader among the libraries. */
  readonly loader: string;
  /** By the name under which they are asked for. */
  readonly libraries: ReadonlyMap<string, PackageFile>;
}

/**
 * Finds all shared objects that the roots need, and those that they open later on without naming them: libgcc when a
 * thread is cancelled, and name lookup of an old C library. Only the set's own packages count; the machine's never do.
 *
 * @throws PGR253 when an object is in none of the packages, or is for another processor.
 */
export async function sharedObjects(
  set: LockedSet,
  tree: PackageTree,
  roots: readonly PackageFile[],
  read: (file: PackageFile) => Promise<Elf>,
): Promise<Closure> {
  const libraries = new Map<string, PackageFile>();
  const readOwn = async (file: PackageFile): Promise<Elf> => {
    const elf = await read(file);
    if (elf.architecture === set.architecture) return elf;
    throw incomplete(set, `${file.path} is for ${elf.architecture}`);
  };
  const programs = await Promise.all(roots.map(readOwn));
  const interpreter = programs.find(elf => elf.interpreter !== undefined)?.interpreter;
  if (interpreter === undefined) throw incomplete(set, 'no program asks for a loader');
  const loader = interpreter.slice(interpreter.lastIndexOf('/') + 1);
  const waiting = [loader, 'libgcc_s.so.1', ...glibcTraits(set).nameLookup, ...programs.flatMap(elf => elf.needed)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (libraries.has(name)) continue;
    const file = findLibrary(set, tree, name);
    libraries.set(name, file);
    waiting.push(...(await readOwn(file)).needed);
  }
  return { loader, libraries };
}

function findLibrary(set: LockedSet, tree: PackageTree, name: string): PackageFile {
  const folders = [`usr/lib/${triplets[set.architecture]}`, 'usr/lib64'];
  for (const folder of folders) {
    const found = findFile(tree, `${folder}/${name}`);
    if (found !== undefined) return found;
  }
  throw incomplete(set, `closure lacks ${name}`);
}

/** A set that cannot become a working folder: its lock is wrong, whatever the user does. */
export function incomplete(set: LockedSet, what: string): Error {
  return fault(
    'PGR253',
    `the packages of the ${set.product} ${set.version} for ${set.architecture} do not fit together: ${what}; nothing was installed`,
    'name an installed client in client.path, and please report it',
  );
}
