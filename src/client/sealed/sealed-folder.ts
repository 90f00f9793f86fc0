import type { LockedSet } from '../lock/lock.ts';

export const clientPrograms = [
  'pg_dump',
  'pg_dumpall',
  'pg_restore',
  'psql',
  'createdb',
  'dropdb',
  'createuser',
  'pg_isready',
] as const;

export const serverPrograms = ['initdb', 'pg_ctl', 'postgres'] as const;

export type SealedProgram = (typeof clientPrograms)[number] | (typeof serverPrograms)[number];

/**
 * A client or server with its own C library and loader in a folder that can be moved and read by anybody:
 *
 *     bin/pg_dump …               small shell scripts, for people's PATH and for programs that call each other;
 *                                 a server has them in lib/postgresql/MAJOR/bin, from where it finds its share/
 *     libexec/pg_dump …           the programs, unchanged
 *     lib/                        loader, C library and all that the programs load
 *     lib/postgresql/MAJOR/lib/   extension modules of a server
 *     share/                      files of a server, and timezone data
 *     copyright/PACKAGE           each package's own terms
 *     MANIFEST.json
 *
 * For macOS and Windows the programs lie in bin/ or Library/bin/ themselves, and find their libraries from there; the C
 * library and the loader are the system's.
 */
export interface SealedFolder {
  /** Absolute. */
  readonly root: string;
  readonly manifest: SealedManifest;
  /** The machine's file of certificate authorities, for `sslrootcert=system`; undefined where none was found. */
  readonly certificateFile: string | undefined;
}

/** Says what a sealed folder holds. The same set always gives the same manifest in the same place. */
export interface SealedManifest {
  /** Raised when what is put into a folder changes: an older folder is then made anew. */
  readonly schema: 1;
  readonly product: LockedSet['product'];
  readonly major: number;
  readonly version: string;
  readonly platform: LockedSet['platform'];
  readonly architecture: LockedSet['architecture'];
  /** Name of the loader in `lib/`; undefined where the system's own starts the programs. */
  readonly loader: string | undefined;
  /** False for a C library before 2.33, whose programs lie in folders of their own. */
  readonly loaderKnowsArgv0: boolean;
  /** The only place where the folder is what it says, as files in it name that; undefined where none does. */
  readonly prefix?: string;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly sha256: string }[];
  /** Everything in the folder but the manifest, sorted by path. */
  readonly files: readonly SealedFile[];
}

export type SealedFile =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly executable: boolean;
    }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

/** Where a set's wrappers lie below the root: where a server must have its programs to find its share/. */
export function programsFolder(set: Pick<LockedSet, 'product' | 'major' | 'platform'>): string {
  if (set.platform === 'darwin') return 'bin';
  if (set.platform === 'win32') return 'Library/bin';
  return set.product === 'client' ? 'bin' : `lib/postgresql/${set.major}/bin`;
}

/** Where the program itself lies below the root. Without `--argv0` it takes its own path for its name, so it is put where that fits. */
export function programFile(
  set: Pick<SealedManifest, 'product' | 'major' | 'platform' | 'loaderKnowsArgv0'>,
  program: SealedProgram,
): string {
  if (set.platform === 'darwin') return `${programsFolder(set)}/${program}`;
  if (set.platform === 'win32') return `${programsFolder(set)}/${program}.exe`;
  return set.loaderKnowsArgv0 ? `libexec/${program}` : `libexec/${program}.d/${programsFolder(set)}/${program}`;
}

export function programsOf(product: LockedSet['product']): readonly SealedProgram[] {
  return product === 'client' ? clientPrograms : serverPrograms;
}
