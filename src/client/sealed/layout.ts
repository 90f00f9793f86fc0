import { posix } from 'node:path';
import type { PrefixUse } from '../conda/prefix.ts';
import type { LockedSet } from '../lock/lock.ts';
import type { Closure } from './closure.ts';
import { glibcTraits } from './glibc.ts';
import type { PackageFile } from './package-file.ts';
import { triplets } from './package-paths.ts';
import { filesBelow, findFile, type PackageTree } from './package-tree.ts';
import { programFile, programsFolder, programsOf, type SealedProgram } from './sealed-folder.ts';
import { wrapperText } from './wrapper.ts';

/** One thing to put into a sealed folder. */
export type PlacedFile =
  | { readonly kind: 'content'; readonly path: string; readonly from: PackageFile; readonly executable: boolean }
  | {
      /** A file that is told where it lies; `sign` where it must then be signed again. */
      readonly kind: 'prefixed';
      readonly path: string;
      readonly from: PackageFile;
      readonly prefix: PrefixUse;
      readonly executable: boolean;
      readonly sign: boolean;
    }
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly executable: true }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

/** Everything that a sealed folder is to hold, sorted by path. Links of packages have become files. */
export function layOut(
  set: LockedSet,
  tree: PackageTree,
  programs: ReadonlyMap<SealedProgram, PackageFile>,
  closure: Closure,
): readonly PlacedFile[] {
  const start = { ...set, loader: closure.loader, loaderKnowsArgv0: glibcTraits(set).loaderKnowsArgv0 };
  const bin = programsFolder(set);
  const placed: readonly PlacedFile[] = [
    ...[...closure.libraries].map(([name, from]) => content(`lib/${name}`, from, true)),
    ...copies(tree, `usr/lib/${triplets[set.architecture]}/ossl-modules`, 'lib/ossl-modules'),
    ...[...programs].flatMap(([program, from]): readonly PlacedFile[] => [
      content(programFile(start, program), from, true),
      { kind: 'text', path: `${bin}/${program}`, text: wrapperText(start, program), executable: true },
    ]),
    ...(start.loaderKnowsArgv0 ? [] : [...programs.keys()].flatMap(program => neighbours(start, program))),
    ...(set.product === 'server' ? serverFiles(set, tree) : []),
    ...set.packages.flatMap(({ name }) => copyright(tree, name)),
  ];
  return placed.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** Extension modules, and what a server reads by the path of its own program. */
export function serverFiles(set: LockedSet, tree: PackageTree): readonly PlacedFile[] {
  return [
    ...copies(tree, `usr/lib/postgresql/${set.major}/lib`, `lib/postgresql/${set.major}/lib`),
    ...copies(tree, `usr/share/postgresql/${set.major}`, `share/postgresql/${set.major}`),
    ...copies(tree, 'usr/share/zoneinfo', 'share/zoneinfo'),
  ];
}

function copies(tree: PackageTree, from: string, to: string): readonly PlacedFile[] {
  return filesBelow(tree, from).map(([path, file]) =>
    content(to + path.slice(from.length), file, path.endsWith('.so')),
  );
}

function copyright(tree: PackageTree, name: string): readonly PlacedFile[] {
  const file = findFile(tree, `usr/share/doc/${name}/copyright`);
  return file === undefined ? [] : [content(`copyright/${name}`, file, false)];
}

function content(path: string, from: PackageFile, executable: boolean): PlacedFile {
  return { kind: 'content', path, from, executable };
}

/**
 * A program whose loader can't give it another name looks around where it lies itself: there it finds the wrappers of
 * the other programs, and a server its files.
 */
function neighbours(start: Parameters<typeof programFile>[0], program: SealedProgram): readonly PlacedFile[] {
  const own = programFile(start, program);
  const bin = programsFolder(start);
  const others = programsOf(start.product).filter(other => other !== program);
  const links = others.map(other => [`${posix.dirname(own)}/${other}`, `${bin}/${other}`]);
  const libraries = `lib/postgresql/${start.major}/lib`;
  const folders =
    start.product === 'server'
      ? [
          ['share', 'share'],
          [libraries, libraries],
        ]
      : [];
  const placed = folders.map(([path, to]) => [`libexec/${program}.d/${path}`, to]);
  return [...links, ...placed].map(([path = '', to = '']) => ({
    kind: 'link',
    path,
    to: posix.relative(posix.dirname(path), to),
  }));
}
