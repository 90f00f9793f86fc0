import { fault } from '../../errors.ts';
import type { PackageArchive, TakenAt } from '../lock/lock.ts';
import { debianMirrors } from './apt-sources.ts';

/** One place that has the packages of one archive. */
export interface Mirror {
  readonly archive: PackageArchive;
  /** The archive's root there, with a slash at the end: a locked path is simply appended. */
  readonly url: string;
}

export interface MirrorWish {
  /** As the lock has it. */
  readonly takenAt: TakenAt;
  /** The text of all files of `/etc/apt/sources.list*`, one after another with an empty line between; undefined without apt. */
  readonly aptSources: string | undefined;
  /** Addresses that the user adds, tried first: `URL` serves all archives, `debian=URL` only the one that it names. */
  readonly extra: readonly string[];
}

/**
 * Where to look for the packages of an archive, best first. The order is a matter of speed and of a company's rules
 * alone: the hash in the lock decides what is accepted, whoever sends it.
 *
 * PGDG keeps current packages on its first host and every package that it ever released on the second; snapshot.debian.org
 * keeps every state of each of Debian's archives by its own time.
 *
 * @throws PGR256 for an added address that is none.
 */
export function mirrorsFor(archive: PackageArchive, wish: MirrorWish): readonly Mirror[] {
  const own = wish.extra.flatMap(text => extraMirror(text, archive));
  const urls = [...own, ...publicMirrors(archive, wish)];
  return [...new Set(urls)].map(url => ({ archive, url }));
}

function publicMirrors(archive: PackageArchive, wish: MirrorWish): readonly string[] {
  if (archive === 'pgdg') {
    return ['https://apt.postgresql.org/pub/repos/apt/', 'https://apt-archive.postgresql.org/pub/repos/apt/'];
  }
  if (archive === 'conda-forge') return ['https://conda.anaconda.org/conda-forge/'];
  const machine = wish.aptSources === undefined ? [] : debianMirrors(wish.aptSources, archive);
  const time = wish.takenAt[archive];
  return time === undefined ? machine : [...machine, `https://snapshot.debian.org/archive/${archive}/${time}/`];
}

function extraMirror(text: string, archive: PackageArchive): readonly string[] {
  const [, only, address = ''] = /^(?:(debian|debian-security|pgdg|conda-forge)=)?(.*)$/s.exec(text.trim()) ?? [];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw notAnAddress(address);
  if (only !== undefined && only !== archive) return [];
  return [withSlash(url)];
}

/** Only what leads to a folder: a query or fragment would end up before the path. */
export function withSlash(url: URL): string {
  const copy = new URL(url);
  copy.search = '';
  copy.hash = '';
  if (!copy.pathname.endsWith('/')) copy.pathname += '/';
  return copy.href;
}

function notAnAddress(address: string): Error {
  return fault(
    'PGR256',
    `"${address.replace(/\/\/[^/@]*@/, '//***@')}" is not the address of a package mirror`,
    'write it as https://HOST/PATH, or as debian=…, debian-security=…, pgdg=… or conda-forge=… for one archive alone',
  );
}
