import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../errors.ts';
import type { LockedPackage } from '../lock/lock.ts';
import { type DownloadOptions, downloadPackage } from './download.ts';
import { packageFile, readPackage } from './package-store.ts';

/** What happens to the packages of a set while it is installed. */
export type SealProgress =
  | { readonly kind: 'request'; readonly host: string }
  | { readonly kind: 'kept'; readonly package: LockedPackage }
  | { readonly kind: 'fetched'; readonly package: LockedPackage }
  /** A kept package was not what its name says; it is fetched anew. */
  | { readonly kind: 'discarded'; readonly package: LockedPackage }
  | { readonly kind: 'unpacked'; readonly package: LockedPackage }
  | { readonly kind: 'installed'; readonly folder: string; readonly already: boolean };

/**
 * Sees to it that the folder has a package. One that lies there and is not what the lock says is thrown away and
 * fetched anew: a poisoned cache costs time and no more.
 */
export async function fetchPackage(
  wanted: LockedPackage,
  folder: string,
  options: DownloadOptions,
  onProgress: (progress: SealProgress) => void,
): Promise<void> {
  const file = packageFile(folder, wanted);
  const { kind } = await readPackage(folder, wanted);
  if (kind === 'verified') {
    onProgress({ kind: 'kept', package: wanted });
    return;
  }
  if (kind === 'altered') {
    onProgress({ kind: 'discarded', package: wanted });
    await rm(file, { recursive: true, force: true });
  }
  // A name of its own, as another run may be fetching the same.
  const part = join(folder, `${randomUUID()}.part`);
  try {
    await downloadPackage(wanted, part, options);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  onProgress({ kind: 'fetched', package: wanted });
}

/**
 * The bytes of a package that was fetched.
 *
 * @throws PGR251 when its file was changed since.
 */
export async function takePackage(wanted: LockedPackage, folder: string): Promise<Buffer> {
  const stored = await readPackage(folder, wanted);
  if (stored.kind === 'verified') return stored.bytes;
  throw fault(
    'PGR251',
    `${wanted.name} ${wanted.version} was changed after it was fetched: ${packageFile(folder, wanted)}; nothing was installed`,
    'see who else writes to that folder, or name another one',
  );
}
