import { fault } from '../errors.ts';

/** What S3 takes, in bytes of UTF-8; file systems take 255 for a part. */
const longestKey = 1024;
const longestPart = 255;

/**
 * Refuses a key that would name something else in one kind of storage than in another, such as one with `..` in it.
 *
 * @throws PGR233
 */
export function checkKey(key: string): void {
  const parts = key.split('/');
  const wrong = parts.some(part => part === '' || part === '.' || part === '..')
    ? 'it has a part that is empty or made of dots'
    : /[\\\p{Cc}\p{Cs}]/u.test(key)
      ? 'it has a backslash, a control character or half of a character'
      : Buffer.byteLength(key) > longestKey || parts.some(part => Buffer.byteLength(part) > longestPart)
        ? `it is longer than ${longestKey} bytes, or a part of it than ${longestPart}`
        : undefined;
  if (wrong === undefined) return;
  throw fault(
    'PGR233',
    `${JSON.stringify(key)} cannot be the name of an object: ${wrong}`,
    'use letters, digits, dots, dashes, and / between the parts',
  );
}
