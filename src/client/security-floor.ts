import { fault } from '../errors.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import { type Client, describeClient } from './client.ts';

/** What a client falls short of. */
export type Floor =
  /** Its major has releases without known holes, the first of which is `first`, e.g. `15.19`. */
  | { readonly kind: 'minor'; readonly first: string }
  /** Its major gets no fixes any more, so no release of it will do; `oldest` is the oldest major that still gets them. */
  | { readonly kind: 'out of support'; readonly oldest: number };

/** The newest hole that counts, and by which the floor was set. */
export const floorReason = 'CVE-2026-18408';

/** First minor of each supported major without known holes that a hostile server or dump can use (CVE-2026-18408 and older). */
const firstSafeMinor: Readonly<Record<number, number>> = { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 };

/** The floor that a client version is below; undefined for one that is safe, and for a major that is newer than this table. */
export function belowFloor({ major, minor }: PostgresVersion): Floor | undefined {
  const first = firstSafeMinor[major];
  if (first !== undefined) return minor < first ? { kind: 'minor', first: `${major}.${first}` } : undefined;
  const oldest = Math.min(...Object.keys(firstSafeMinor).map(Number));
  return major < oldest ? { kind: 'out of support', oldest } : undefined;
}

/**
 * Stands before every use of psql that executes the text of a dump: below the floor, a hostile dump can break out of it
 * and run commands on this machine. Archives carry no such text and may be restored by any client.
 *
 * @throws PGR154 for a client below the floor.
 */
export function refuseBelowFloor(client: Client): void {
  const floor = belowFloor(client.version);
  if (floor === undefined) return;
  const [why, wanted] =
    floor.kind === 'minor'
      ? [`it is below ${floor.first}, the first without known security holes (${floorReason})`, floor.first]
      : [`major ${client.version.major} is out of support and gets no security fixes`, `major ${floor.oldest}`];
  throw fault(
    'PGR154',
    `${describeClient(client)} may not execute the text of a plain dump: ${why}`,
    `use ${wanted} or newer (update the installation, or choose another with client.version or client.path), or dump in the custom or directory format`,
  );
}
