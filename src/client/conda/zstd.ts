import * as zlib from 'node:zlib';
import { fault } from '../../errors.ts';
import type { LockedSet } from '../lock/lock.ts';

/**
 * Refuses a set whose packages this Node cannot read, before any of them is fetched.
 *
 * @throws PGR255 that names the Node that can.
 */
export function requireZstd(
  set: Pick<LockedSet, 'platform' | 'product' | 'version'>,
  has: boolean = zlib.createZstdDecompress !== undefined,
): void {
  if (set.platform === 'linux' || has) return;
  throw fault(
    'PGR255',
    `the packages of the ${set.product} ${set.version} are compressed with zstd, which Node ${process.versions.node} cannot read`,
    'use Node 22.15 or newer, or name an installed client in client.path',
  );
}
