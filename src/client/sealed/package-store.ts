import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { LockedPackage } from '../lock/lock.ts';

/** Where fetched packages may be kept from one run to the next. What lies in it is never trusted: it is hashed again at each use. */
export interface PackageStore {
  /** Made when it is missing. Holds one file a package, named after its hash. */
  readonly folder: string;
}

export type StoredPackage =
  | { readonly kind: 'verified'; readonly bytes: Buffer }
  | { readonly kind: 'absent' }
  /** It is not what its name says. */
  | { readonly kind: 'altered' };

/** Where a package lies in a folder of packages. */
export function packageFile(folder: string, wanted: LockedPackage): string {
  return join(folder, `${wanted.sha256}${extname(wanted.path)}`);
}

/**
 * The bytes of a package, if its file has the locked size and hash. They are handed out instead of the file's name, so
 * that what is used is what was hashed, whoever else writes to that folder.
 */
export async function readPackage(folder: string, wanted: LockedPackage): Promise<StoredPackage> {
  const file = packageFile(folder, wanted);
  const size = await sizeOf(file);
  if (size === undefined) return { kind: 'absent' };
  // Not read at all: it could be of any size.
  if (size !== wanted.bytes) return { kind: 'altered' };
  const bytes = await readFile(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return sha256 === wanted.sha256 ? { kind: 'verified', bytes } : { kind: 'altered' };
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : -1;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
