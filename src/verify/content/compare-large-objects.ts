import type { ArchiveData } from '../../postgres/archive/data/members.ts';
import type { TocEntry } from '../../postgres/archive/model.ts';
import type { Session } from '../../postgres/session.ts';
import type { Check, Finding } from '../finding.ts';
import { makeCheck, unreadCheck } from '../make-check.ts';
import { isRefusal, reasonOf } from '../reading.ts';
import { hashLargeObject, hashLargeObjects, type LargeObjectHashes, objectsAtOnce } from './large-object-hashes.ts';

/** A large object as it should be; without a hash its bytes can't be compared. */
export interface ExpectedObject {
  readonly id: number;
  readonly hash: string | undefined;
}

/** The large objects of an archive, from all entries that hold some. */
export async function* archivedLargeObjects(
  entries: readonly TocEntry[],
  data: ArchiveData,
): AsyncGenerator<ExpectedObject> {
  for (const entry of entries) {
    if (entry.description !== 'BLOBS') continue;
    for await (const { oid, bytes } of data.largeObjects(entry)) yield { id: oid, hash: await hashLargeObject(bytes) };
  }
}

/** Compares large objects with the copy's, and finds those that only the copy has, unless it may. */
export async function compareLargeObjects(
  expected: AsyncIterable<ExpectedObject> | Iterable<ExpectedObject>,
  session: Session,
  besideOthers = false,
): Promise<Check> {
  const name = 'large object content';
  try {
    return await compareAll(name, expected, session, besideOthers);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return unreadCheck(name, 'content', reasonOf(error));
  }
}

async function compareAll(
  name: string,
  expected: AsyncIterable<ExpectedObject> | Iterable<ExpectedObject>,
  session: Session,
  besideOthers: boolean,
): Promise<Check> {
  const findings: Finding[] = [];
  const unread: string[] = [];
  const known = new Set<number>();
  let waiting: ExpectedObject[] = [];
  const compareWaiting = async (): Promise<void> => {
    const actual = await hashLargeObjects(
      session,
      waiting.map(({ id }) => id),
    );
    findings.push(...waiting.flatMap(one => difference(one, actual)));
    waiting = [];
  };
  for await (const one of expected) {
    known.add(one.id);
    if (one.hash === undefined) unread.push(`${label(one.id)} (the dump holds no hash of it: dump with content-hash)`);
    else waiting.push(one);
    if (waiting.length === objectsAtOnce) await compareWaiting();
  }
  await compareWaiting();
  if (!besideOthers) {
    const present = await largeObjectsOf(session);
    findings.push(...present.filter(id => !known.has(id)).map((id): Finding => ({ kind: 'extra', object: label(id) })));
  }
  return makeCheck({ name, level: 'content', compared: known.size - unread.length, findings, unread });
}

/** OIDs of all large objects, in their order. */
export async function largeObjectsOf(session: Session): Promise<readonly number[]> {
  const rows = await session.query<{ readonly id: string }>(
    'select oid::text as id from pg_largeobject_metadata order by oid',
  );
  return rows.map(({ id }) => Number(id));
}

function difference({ id, hash }: ExpectedObject, actual: LargeObjectHashes): readonly Finding[] {
  const object = label(id);
  const found = actual.get(id);
  if (found === undefined) return [{ kind: 'missing', object }];
  if (found === hash) return [];
  return [{ kind: 'changed', object, property: 'content', expected: 'as dumped', actual: 'other bytes' }];
}

function label(id: number): string {
  return `LARGE OBJECT ${id}`;
}
