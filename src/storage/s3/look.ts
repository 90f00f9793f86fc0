import type { Access } from './access.ts';
import { AttemptsFailed } from './attempts.ts';
import { isPassing } from './failure.ts';

/** What stands under a key. `unknown` where these credentials may not look, or where the storage does not say. */
export type Seen =
  | ({ readonly kind: 'object' } & SeenObject)
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' };

export interface SeenObject {
  readonly bytes: number | undefined;
  readonly etag: string | undefined;
  /** Which upload it comes from; undefined where another tool has stored it. */
  readonly upload: string | undefined;
  /** Of SHA-256 in base64; with `-N` at its end, of the checksums of N parts. */
  readonly checksum: string | undefined;
}

/** The name of the metadata by which an upload knows its own object again. */
export const uploadMark = 'pg-roundtrip-upload';

/**
 * Asks for an object's properties. An answer to that has no body and so no reason: whoever needs one asks for more.
 *
 * @throws AttemptsFailed where there was no answer.
 */
export async function look(access: Access, key: string, signal: AbortSignal): Promise<Seen> {
  try {
    const head = await access.send(
      ({ sdk, client }, abortSignal) =>
        client.send(new sdk.HeadObjectCommand({ ...access.at(key), ChecksumMode: 'ENABLED' }), { abortSignal }),
      signal,
    );
    return {
      kind: 'object',
      bytes: head.ContentLength,
      etag: head.ETag,
      upload: head.Metadata?.[uploadMark],
      checksum: head.ChecksumSHA256,
    };
  } catch (error) {
    if (!(error instanceof AttemptsFailed) || isPassing(error.failure) || error.failure.status === undefined)
      throw error;
    return error.failure.status === 404 ? { kind: 'absent' } : { kind: 'unknown' };
  }
}
