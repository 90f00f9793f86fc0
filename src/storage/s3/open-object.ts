import { addAbortSignal, type Readable } from 'node:stream';
import { fault } from '../../errors.ts';
import type { Access } from './access.ts';
import { AttemptsFailed } from './attempts.ts';

/** An object that is being read, from some byte on. */
export interface OpenObject {
  readonly chunks: AsyncIterable<Buffer>;
  readonly version: ObjectVersion;
}

export interface ObjectVersion {
  /** Bytes of the whole object. */
  readonly bytes: number;
  /** Undefined where the storage gives none: then nothing says whether an object is still the same. */
  readonly etag: string | undefined;
}

/**
 * Asks for an object from its byte `start` on; with `version`, only if it still is that one.
 *
 * @throws PGR232 where it is another one, or where the answer is not what was asked for; AttemptsFailed
 */
export async function openObject(
  access: Access,
  key: string,
  start: number,
  version: ObjectVersion | undefined,
  signal: AbortSignal,
): Promise<OpenObject> {
  const place = access.named(key);
  const rest = start > 0 ? { Range: `bytes=${start}-` } : {};
  const same = version?.etag === undefined ? {} : { IfMatch: version.etag };
  const answer = await access
    .send(
      ({ sdk, client }, abortSignal) =>
        client.send(new sdk.GetObjectCommand({ ...access.at(key), ...rest, ...same }), { abortSignal }),
      signal,
    )
    .catch((error: unknown) => {
      throw error instanceof AttemptsFailed && error.failure.status === 412 ? unlike(place, 'it was replaced') : error;
    });
  const body = answer.Body as Readable;
  const { bytes, problem } = sizeOf(answer, start);
  if (bytes === undefined || (version !== undefined && bytes !== version.bytes)) {
    body.destroy();
    throw unlike(place, problem ?? 'its size changed');
  }
  const { patience } = access.surroundings;
  const limit = AbortSignal.timeout(Math.ceil(patience.attempt + (bytes - start) / patience.slowest));
  addAbortSignal(AbortSignal.any([signal, limit]), body);
  return { chunks: body, version: { bytes, etag: answer.ETag } };
}

interface Sizes {
  readonly ContentLength?: number | undefined;
  readonly ContentRange?: string | undefined;
}

function sizeOf({ ContentLength, ContentRange }: Sizes, start: number): { bytes?: number; problem?: string } {
  if (ContentLength === undefined) return { problem: 'the storage does not say how long it is' };
  if (start === 0) return { bytes: ContentLength };
  const { from, all } = /^bytes (?<from>\d+)-\d+\/(?<all>\d+)$/.exec(ContentRange ?? '')?.groups ?? {};
  const asked = Number(from) === start && Number(all) === start + ContentLength;
  return asked ? { bytes: Number(all) } : { problem: 'the storage sent another part of it than asked for' };
}

function unlike(place: string, what: string): Error {
  return fault('PGR232', `${place} could not be read to its end: ${what}`, 'run it again');
}
