import { createHash } from 'node:crypto';
import type { UploadChecksum } from './options.ts';
import { type PartLimits, planParts } from './part-plan.ts';

/** The checksums that one request carries. */
export interface BodyChecksums {
  /** In hexadecimal, for the signature. */
  readonly sha256: string;
  readonly fields: { readonly ChecksumSHA256: string } | { readonly ContentMD5: string };
}

export function checksumsOf(body: Buffer, kind: UploadChecksum): BodyChecksums {
  const sha256 = createHash('sha256').update(body).digest();
  const fields =
    kind === 'SHA256'
      ? { ChecksumSHA256: sha256.toString('base64') }
      : { ContentMD5: createHash('md5').update(body).digest('base64') };
  return { sha256: sha256.toString('hex'), fields };
}

/** What S3 has for an object that was stored in parts, from those of its parts: the checksum of these and their number. */
export function compositeChecksum(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(Buffer.from(part, 'base64'));
  return `${hash.digest('base64')}-${parts.length}`;
}

/** Follows the bytes of an object as they come, to compare them with the checksum that the storage has. */
export interface ChecksumFollower {
  update(chunk: Buffer): void;
  /** After the last byte. */
  matches(): boolean;
}

/**
 * `checksum` and `etag` as the storage has them. Undefined where there is nothing to compare with: no SHA-256, or one of
 * parts that were cut by another plan than ours, as other tools do.
 */
export function followChecksum(
  checksum: string | undefined,
  etag: string | undefined,
  bytes: number,
  limits: PartLimits,
): ChecksumFollower | undefined {
  const { value, count } = /^(?<value>[A-Za-z0-9+/]{43}=)(?:-(?<count>\d+))?$/.exec(checksum ?? '')?.groups ?? {};
  if (value === undefined) return undefined;
  // A SHA-256 is of the whole or of the parts, which the tag of an object tells as well. Some storages tell it only there.
  const parts = count ?? /-(\d+)"?$/.exec(etag ?? '')?.[1];
  const plan = planParts(bytes, limits);
  if (parts !== undefined && Number(parts) !== plan.parts) return undefined;
  const partBytes = parts === undefined ? Number.POSITIVE_INFINITY : plan.partBytes;
  const finished: string[] = [];
  let hash = createHash('sha256');
  let room = partBytes;
  return {
    update: chunk => {
      for (let start = 0; start < chunk.length; ) {
        const piece = chunk.subarray(start, start + Math.min(room, chunk.length - start));
        hash.update(piece);
        start += piece.length;
        room -= piece.length;
        if (room > 0) continue;
        finished.push(hash.digest('base64'));
        hash = createHash('sha256');
        room = partBytes;
      }
    },
    matches: () => {
      if (parts === undefined) return hash.digest('base64') === value;
      const all = room === partBytes && finished.length > 0 ? finished : [...finished, hash.digest('base64')];
      return compositeChecksum(all) === `${value}-${parts}`;
    },
  };
}
