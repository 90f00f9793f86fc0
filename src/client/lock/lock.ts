/**
 * The pinned list of packages from which clients and servers are put together. It is made from signed indexes and
 * reviewed as a diff; at run time a hash is all that is needed. conda-forge's index is signed by nobody: for its
 * packages the review is all that stands before the hash. An entry names its archive and the path in it, never a
 * mirror: the hash makes the mirror irrelevant.
 */
export interface Lock {
  readonly schema: 1;
  readonly takenAt: TakenAt;
  readonly sets: readonly LockedSet[];
}

/**
 * How new the indexes of each archive were when they were read, `YYYYMMDDTHHMMSSZ`: names the state of that archive which
 * snapshot services keep. They keep a timeline for each, so a time of one archive says nothing of another. An archive
 * that was never read has none.
 */
export type TakenAt = Readonly<Partial<Record<PackageArchive, string>>>;

/** The packages of one client or server of one major for one kind of processor. */
export interface LockedSet {
  readonly product: 'client' | 'server';
  readonly major: number;
  /** Upstream version of the Postgres package, e.g. `17.11` or `19rc1`. */
  readonly version: string;
  /** Debian's packages run on any Linux; for the others there are those of conda-forge. */
  readonly platform: SetPlatform;
  readonly architecture: Architecture;
  readonly packages: readonly LockedPackage[];
}

/** Node's names. */
export type SetPlatform = 'linux' | 'darwin' | 'win32';

/** Debian's names. */
export type Architecture = 'amd64' | 'arm64';

/** Archives whose indexes are signed and read by apt. */
export type AptArchive = 'debian' | 'debian-security' | 'pgdg';

export type PackageArchive = AptArchive | 'conda-forge';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly archive: PackageArchive;
  /** Below the archive's root, e.g. `pool/main/z/zlib/zlib1g_1.3.1-1_amd64.deb` or `osx-arm64/krb5-1.21.3-h237132a_0.conda`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}
