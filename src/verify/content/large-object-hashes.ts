import { createHash } from 'node:crypto';
import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import type { Session } from '../../postgres/session.ts';

/** Says which hash it is, so that one made otherwise is never compared with it. */
export const largeObjectMethod = 'pieces-sha256-1';

/**
 * The server hashes a large object in pieces, as it would read one into memory whole otherwise: SHA-256 of the SHA-256 of
 * each megabyte. The last piece is shorter than that, and may be empty.
 */
const pieceBytes = 1024 * 1024;
/** Large objects that one statement hashes. */
export const objectsAtOnce = 200;

/** Hashes by OID, in hex. */
export type LargeObjectHashes = ReadonlyMap<number, string>;

/** Hashes large objects as the session sees them; those that do not exist are left out. Throws as `Session.query` does. */
export async function hashLargeObjects(session: Session, ids: readonly number[]): Promise<LargeObjectHashes> {
  const hashes = new Map<number, string>();
  for (let at = 0; at < ids.length; at += objectsAtOnce) {
    // In subqueries, as the rows of a function under FROM are kept, in a temporary file where they are as big as these.
    const rows = await session.query<{ readonly id: string; readonly hash: string }>(
      `with recursive piece (id, place, length, hash) as (
         select oid, 0::bigint, length(bytes), sha256(bytes)
         from pg_largeobject_metadata, lateral (select lo_get(oid, 0, ${pieceBytes}) offset 0) as first (bytes) where oid = any ($1)
         union all
         select id, place + 1, length(bytes), sha256(bytes)
         from piece, lateral (select lo_get(id, (place + 1) * ${pieceBytes}, ${pieceBytes}) offset 0) as next (bytes)
         where length = ${pieceBytes})
       select id::text, encode(sha256(string_agg(hash, '' order by place)), 'hex') as hash from piece group by id`,
      [ids.slice(at, at + objectsAtOnce)],
    );
    for (const { id, hash } of rows) hashes.set(Number(id), hash);
  }
  return hashes;
}

/** The same hash of bytes that we have. */
export async function hashLargeObject(bytes: Bytes): Promise<string> {
  const whole = createHash('sha256');
  let piece = createHash('sha256');
  let length = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + pieceBytes - length);
      piece.update(part);
      length += part.length;
      at += part.length;
      if (length < pieceBytes) continue;
      whole.update(piece.digest());
      piece = createHash('sha256');
      length = 0;
    }
  }
  return whole.update(piece.digest()).digest('hex');
}
