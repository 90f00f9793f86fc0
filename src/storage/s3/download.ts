import { fault, RoundtripError } from '../../errors.ts';
import { type Access, asFault } from './access.ts';
import { AttemptsFailed } from './attempts.ts';
import { followChecksum } from './checksums.ts';
import { type Failure, failureOf, isPassing } from './failure.ts';
import { look } from './look.ts';
import { type OpenObject, openObject } from './open-object.ts';

/** So many bytes count as headway, after which a connection that breaks has all attempts again. */
const headway = 8 << 20;

/**
 * Reads an object from its beginning to its end. Where a connection breaks, it is taken up again, of the same version of
 * the object or not at all. Where the storage has a SHA-256 of it, the bytes are compared with that; else it is for the
 * reader to know what they should be.
 *
 * @throws PGR231, PGR232
 */
export async function* download(access: Access, key: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const place = access.named(key);
  try {
    const seen = await look(access, key, signal);
    const first = await openObject(access, key, 0, undefined, signal);
    const { bytes, etag } = first.version;
    const checksum = seen.kind === 'object' && seen.etag === etag ? seen.checksum : undefined;
    const follower = followChecksum(checksum, etag, bytes, access.surroundings.limits);
    for await (const chunk of resuming(access, key, first, signal)) {
      follower?.update(chunk);
      yield chunk;
    }
    if (follower?.matches() === false) throw isDamaged(place);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AttemptsFailed && error.failure.code === 'NoSuchKey') throw isMissing(place);
    throw asFault(error, `${place} could not be read to its end`, 's3:GetObject');
  }
}

async function* resuming(access: Access, key: string, first: OpenObject, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { patience, sleep } = access.surroundings;
  const { bytes, etag } = first.version;
  const failures: Failure[] = [];
  let got = 0;
  let counted = 0;
  let answer = first;
  for (;;) {
    try {
      for await (const chunk of answer.chunks) {
        got += chunk.length;
        if (got > bytes) throw isLonger(access.named(key), bytes);
        yield chunk;
      }
      if (got < bytes) throw new Error('it ended early');
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RoundtripError) throw error;
      if (got === bytes) return;
      if (got - counted >= headway) failures.length = 0;
      counted = got;
      const failure = failureOf(error);
      const wait = patience.waits[failures.length];
      if (wait === undefined || etag === undefined || !isPassing(failure)) {
        throw new AttemptsFailed(failure, failures);
      }
      failures.push(failure);
      await sleep(wait, signal);
    }
    answer = await openObject(access, key, got, first.version, signal);
  }
}

function isMissing(place: string): Error {
  return fault('PGR231', `${place} does not exist`, 'check the name, or whether it was deleted');
}

function isDamaged(place: string): Error {
  const remedy = 'fetch it again; if it happens again, the object is damaged';
  return fault(
    'PGR232',
    `${place} could not be read: its bytes are not those of the checksum it was stored with`,
    remedy,
  );
}

function isLonger(place: string, bytes: number): Error {
  return fault('PGR232', `${place} could not be read: more came than its ${bytes} bytes`, 'fetch it again');
}
