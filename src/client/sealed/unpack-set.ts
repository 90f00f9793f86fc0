import { readFile } from 'node:fs/promises';
import { fault } from '../../errors.ts';
import { unpackConda } from '../conda/conda-package.ts';
import { layOutConda } from '../conda/layout.ts';
import type { LockedPackage, LockedSet } from '../lock/lock.ts';
import { incomplete, sharedObjects } from './closure.ts';
import { readElf } from './elf.ts';
import { glibcTraits } from './glibc.ts';
import { layOut, type PlacedFile, serverFiles } from './layout.ts';
import { type PackageEntry, type PackageFile, unpackPackage } from './package-file.ts';
import { keptPaths } from './package-paths.ts';
import { findFile, type PackageTree, plantTree } from './package-tree.ts';
import { programsOf, type SealedManifest, type SealedProgram } from './sealed-folder.ts';

/**
 * Unpacks one verified package of a set.
 *
 * @throws PGR252 for bytes that are no sound package.
 */
export async function unpackMember(
  set: LockedSet,
  member: LockedPackage,
  bytes: Buffer,
  contents: string,
  signal: AbortSignal,
): Promise<readonly PackageEntry[]> {
  try {
    if (set.platform !== 'linux') return await unpackConda(member, bytes, set.platform, { contents, signal });
    return await unpackPackage(bytes, { keep: keptPaths(set), contents, signal });
  } catch (error) {
    signal.throwIfAborted();
    // Our own disk, not the package.
    if (error instanceof Error && 'syscall' in error) throw error;
    throw fault(
      'PGR252',
      `${member.name} ${member.version} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
      'it is what the lock names, so please report it; an installed client in client.path is a way around',
      error,
    );
  }
}

/** From the unpacked packages of a set to all files of its folder. Throws PGR253 where something is missing. */
export async function planFolder(
  set: LockedSet,
  packages: readonly (readonly PackageEntry[])[],
): Promise<Pick<SealedManifest, 'loader' | 'loaderKnowsArgv0'> & { readonly files: readonly PlacedFile[] }> {
  const tree = plantTree(packages);
  if (set.platform !== 'linux') return { loader: undefined, loaderKnowsArgv0: false, files: layOutConda(set, tree) };
  const programs = findPrograms(set, tree);
  const modules = set.product === 'server' ? serverFiles(set, tree).flatMap(moduleFile) : [];
  const closure = await sharedObjects(set, tree, [...programs.values(), ...modules], async file => {
    try {
      return readElf(await readFile(file.content));
    } catch (error) {
      throw incomplete(set, `${file.path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  const { loaderKnowsArgv0 } = glibcTraits(set);
  return { loader: closure.loader, loaderKnowsArgv0, files: layOut(set, tree, programs, closure) };
}

function findPrograms(set: LockedSet, tree: PackageTree): ReadonlyMap<SealedProgram, PackageFile> {
  return new Map(
    programsOf(set.product).map(program => {
      const file = findFile(tree, `usr/lib/postgresql/${set.major}/bin/${program}`);
      if (file === undefined) throw incomplete(set, `no package has ${program}`);
      return [program, file];
    }),
  );
}

function moduleFile(placed: PlacedFile): readonly PackageFile[] {
  return placed.kind === 'content' && placed.path.endsWith('.so') ? [placed.from] : [];
}
