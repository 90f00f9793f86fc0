import type { PackageEntry, PackageFile } from './package-file.ts';

/** What was kept of all packages of a set, by normalised path. */
export type PackageTree = ReadonlyMap<string, PackageEntry>;

/** Longer chains of links do not occur in Debian; these would be a circle. */
const mostLinks = 8;

/** Puts the entries of packages together; of two with one path the first stays. */
export function plantTree(packages: readonly (readonly PackageEntry[])[]): PackageTree {
  return new Map(
    packages
      .flat()
      .toReversed()
      .map(entry => [entry.path, entry]),
  );
}

/** The file at a path, through links in the tree; undefined where there is none or the links never end. */
export function findFile(tree: PackageTree, path: string): PackageFile | undefined {
  let current = path;
  for (let links = 0; links <= mostLinks; links += 1) {
    const entry = tree.get(current);
    if (entry?.kind === 'file') return entry;
    const next = entry?.kind === 'link' ? entry.to : throughFolder(tree, current);
    if (next === undefined) return undefined;
    current = next;
  }
  return undefined;
}

/** All paths below a folder that lead to a file, links among them, each with its file; sorted. */
export function filesBelow(tree: PackageTree, folder: string): readonly (readonly [path: string, file: PackageFile])[] {
  return [...tree.keys()]
    .filter(path => path.startsWith(`${folder}/`))
    .toSorted()
    .flatMap(path => {
      const file = findFile(tree, path);
      return file === undefined ? [] : [[path, file] as const];
    });
}

/** The path again, with the first of its folders that is a link replaced by where that leads. */
function throughFolder(tree: PackageTree, path: string): string | undefined {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const entry = tree.get(parts.slice(0, depth).join('/'));
    if (entry?.kind === 'link') return [entry.to, ...parts.slice(depth)].join('/');
  }
  return undefined;
}
