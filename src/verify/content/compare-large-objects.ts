import { createHash } from 'node:crypto';
import type { ArchiveData, LargeObject } from '../../postgres/archive/data/members.ts';
import type { TocEntry } from '../../postgres/archive/model.ts';
import type { Session } from '../../postgres/session.ts';
import type { Check, Finding } from '../finding.ts';
import { makeCheck } from '../make-check.ts';

/** Large objects are hashed in pieces, as the server reads one into memory whole otherwise. */
const pieceBytes = 16 * 1024 * 1024;
const objectsPerStatement = 200;

interface HashedObject {
  readonly oid: number;
  /** SHA-256 of each piece, in hex; none of an empty object. */
  readonly pieces: readonly string[];
}

/** The large objects of an archive, from all entries that hold some. */
export async function* archivedLargeObjects(
  entries: readonly TocEntry[],
  data: ArchiveData,
): AsyncGenerator<LargeObject> {
  for (const entry of entries) if (entry.description === 'BLOBS') yield* data.largeObjects(entry);
}

/** Compares large objects with the copy's, and finds those that only the copy has, unless it may. */
export async function compareLargeObjects(
  expected: AsyncIterable<LargeObject>,
  session: Session,
  besideOthers = false,
): Promise<Check> {
  const findings: Finding[] = [];
  const known = new Set<number>();
  let waiting: HashedObject[] = [];
  const compareWaiting = async (): Promise<void> => {
    findings.push(...(await differing(waiting, session)));
    waiting = [];
  };
  for await (const { oid, bytes } of expected) {
    known.add(oid);
    waiting.push({ oid, pieces: await hashPieces(bytes) });
    if (waiting.length === objectsPerStatement) await compareWaiting();
  }
  await compareWaiting();
  const present = await session.query<{ readonly oid: string }>(
    'select oid::text as oid from pg_largeobject_metadata order by pg_largeobject_metadata.oid',
  );
  const extra = present.filter(({ oid }) => !known.has(Number(oid)));
  if (!besideOthers)
    findings.push(...extra.map(({ oid }): Finding => ({ kind: 'extra', object: `LARGE OBJECT ${oid}` })));
  return makeCheck({ name: 'large object content', level: 'content', compared: known.size, findings });
}

async function hashPieces(bytes: AsyncIterable<Buffer>): Promise<readonly string[]> {
  const pieces: string[] = [];
  let hash = createHash('sha256');
  let length = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + pieceBytes - length);
      hash.update(part);
      length += part.length;
      at += part.length;
      if (length < pieceBytes) continue;
      pieces.push(hash.digest('hex'));
      hash = createHash('sha256');
      length = 0;
    }
  }
  return length > 0 ? [...pieces, hash.digest('hex')] : pieces;
}

async function differing(objects: readonly HashedObject[], session: Session): Promise<readonly Finding[]> {
  if (objects.length === 0) return [];
  // One piece more than expected is asked for: an object that goes on behind its end has to show.
  const rows = await session.query<{ readonly oid: string; readonly pieces: string | null }>(
    `select expected.oid::text as oid, case when present.oid is not null then (
       select coalesce(string_agg(encode(sha256(piece), 'hex'), ',' order by place), '')
       from generate_series(0, expected.pieces) as place,
         lateral lo_get(expected.oid, place::bigint * ${pieceBytes}, ${pieceBytes}) as piece
       where length(piece) > 0) end as pieces
     from unnest($1::oid[], $2::int[]) as expected (oid, pieces)
       left join pg_largeobject_metadata as present using (oid)`,
    [objects.map(({ oid }) => oid), objects.map(({ pieces }) => pieces.length)],
  );
  const actual = new Map(rows.map(({ oid, pieces }) => [Number(oid), pieces]));
  return objects.flatMap(({ oid, pieces }): readonly Finding[] => {
    const object = `LARGE OBJECT ${oid}`;
    const found = actual.get(oid);
    if (found === undefined || found === null) return [{ kind: 'missing', object }];
    if (found === pieces.join(',')) return [];
    return [{ kind: 'changed', object, property: 'content', expected: 'as dumped', actual: 'other bytes' }];
  });
}
