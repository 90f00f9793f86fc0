import type { LockedSet } from '../lock/lock.ts';
import { incomplete } from '../sealed/closure.ts';
import type { PlacedFile } from '../sealed/layout.ts';
import type { PackageFile } from '../sealed/package-file.ts';
import { findFile, type PackageTree } from '../sealed/package-tree.ts';
import { programFile, programsOf } from '../sealed/sealed-folder.ts';

/**
 * Everything that a folder made of conda's packages is to hold, sorted by path: each file where its package has it, as
 * programs find their libraries from there. Links have become files, as Windows has none for everybody.
 *
 * @throws PGR253 where a program is missing.
 */
export function layOutConda(set: LockedSet, tree: PackageTree): readonly PlacedFile[] {
  const files = [...tree.keys()].flatMap(path => {
    const file = findFile(tree, path);
    return file === undefined ? [] : [[placeOf(path, tree), file] as const];
  });
  const found = new Map(files);
  for (const program of programsOf(set.product)) {
    const path = programFile({ ...set, loaderKnowsArgv0: false }, program);
    if (!found.has(path)) throw incomplete(set, `no package has ${path}`);
  }
  return [...found].map(([path, file]) => placed(set, path, file)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A program on Windows looks for libraries beside itself; older packages of the C runtime put them at the root alone. */
function placeOf(path: string, tree: PackageTree): string {
  const beside = `Library/bin/${path}`;
  return path.includes('/') || tree.has(beside) ? path : beside;
}

function placed(set: LockedSet, path: string, from: PackageFile): PlacedFile {
  const executable = set.platform === 'darwin' && /^(bin|lib)\//.test(path);
  const { prefix } = from;
  // As conda does: a binary of Windows has no room for another path, and finds its files without.
  if (prefix === undefined || (prefix.mode === 'binary' && set.platform === 'win32')) {
    return { kind: 'content', path, from, executable };
  }
  // Apple's own processors run nothing whose signature no longer fits.
  const sign = prefix.mode === 'binary' && set.platform === 'darwin' && set.architecture === 'arm64';
  return { kind: 'prefixed', path, from, prefix, executable, sign };
}
