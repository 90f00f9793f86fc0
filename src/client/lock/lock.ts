/**
 * The pinned list of packages from which clients and servers are put together. It is made from signed indexes and
 * reviewed as a diff; at run time a hash is all that is needed. An entry names its archive and the path in it, never a
 * mirror: the hash makes the mirror irrelevant.
 */
export interface Lock {
  readonly schema: 1;
  /** When the indexes were read, `YYYYMMDDTHHMMSSZ`: names the state of the archives that snapshot services keep. */
  readonly takenAt: string;
  readonly sets: readonly LockedSet[];
}

/** The packages of one client or server of one major for one kind of processor. */
export interface LockedSet {
  readonly product: 'client' | 'server';
  readonly major: number;
  /** Upstream version of the Postgres package, e.g. `17.11` or `19rc1`. */
  readonly version: string;
  readonly architecture: Architecture;
  readonly packages: readonly LockedPackage[];
}

/** Debian's names. */
export type Architecture = 'amd64' | 'arm64';

export type PackageArchive = 'debian' | 'debian-security' | 'pgdg';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly archive: PackageArchive;
  /** Below the archive's root, e.g. `pool/main/z/zlib/zlib1g_1.3.1-1_amd64.deb`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}
