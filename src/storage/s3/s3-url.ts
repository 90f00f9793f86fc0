import { fault } from '../../errors.ts';
import { checkKey } from '../object-key.ts';
import type { S3Location } from './options.ts';

/**
 * The rules of AWS for general purpose buckets (Amazon S3 User Guide, “Bucket naming rules”), which other storages keep
 * or are stricter than: a name that is none could become another host or path.
 */
export const bucketPattern =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!(?:\d{1,3}\.){3}\d{1,3}$)(?!.*\.\.)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Reads `s3://BUCKET/PREFIX`, as the AWS command line writes it: the prefix is text, in which nothing is escaped.
 *
 * @throws PGR234 for anything else, PGR233 for a prefix that cannot be part of a key.
 */
export function parseS3Url(text: string): S3Location {
  const { bucket, prefix = '' } = /^s3:\/\/(?<bucket>[^/]*)(?:\/(?<prefix>.*))?$/s.exec(text)?.groups ?? {};
  // A login would be in the bucket's place, so nothing is shown of what is none.
  if (bucket === undefined || /[@:?#]/.test(bucket)) {
    throw fault('PGR234', 'the address of a bucket is malformed', 'write s3://BUCKET or s3://BUCKET/PREFIX');
  }
  if (!bucketPattern.test(bucket)) {
    throw fault(
      'PGR234',
      `${JSON.stringify(bucket)} cannot be the name of a bucket`,
      'write s3://BUCKET/PREFIX; names have 3 to 63 small letters, digits, dots and dashes',
    );
  }
  return { bucket, prefix: checkedPrefix(prefix) };
}

/** Without the slash at its end, which means the same. @throws PGR233 */
export function checkedPrefix(prefix: string): string {
  const bare = prefix.replace(/\/$/, '');
  if (bare !== '') checkKey(bare);
  return bare;
}
