import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checksumsOf, compositeChecksum, followChecksum } from '../../../../src/storage/s3/checksums.ts';

const limits = { partBytes: 100, memory: 500 };
const body = Buffer.from(Array.from({ length: 250 }, (_, index) => index % 251));
const hash = (data: Buffer) => createHash('sha256').update(data).digest('base64');
const parts = [body.subarray(0, 100), body.subarray(100, 200), body.subarray(200)];
const composite = compositeChecksum(parts.map(hash));

function matches(checksum: string, etag: string, bytes: Buffer, portion: number): boolean | undefined {
  const follower = followChecksum(checksum, etag, body.length, limits);
  for (let at = 0; at < bytes.length; at += portion) follower?.update(bytes.subarray(at, at + portion));
  return follower?.matches();
}

test('a checksum of checksums is that of S3', () => {
  expect(composite).toBe(`${hash(Buffer.concat(parts.map(part => Buffer.from(hash(part), 'base64'))))}-3`);
});

test.each([1, 7, 99, 100, 101, 250])('bytes in portions of %d are followed', portion => {
  const changed = Buffer.from(body);
  changed.writeUInt8(77, 150);
  const bare = composite.replace(/-3$/, '');
  for (const [checksum, etag] of [
    [hash(body), '"0123"'],
    [composite, '"0123-3"'],
    [bare, '"0123-3"'],
  ] as const) {
    expect(matches(checksum, etag, body, portion)).toBe(true);
    expect(matches(checksum, etag, changed, portion)).toBe(false);
    expect(matches(checksum, etag, body.subarray(0, 200), portion)).toBe(false);
  }
});

test('what was cut by another plan, or has no SHA-256, cannot be compared', () => {
  expect(matches(composite.replace('-3', '-4'), '"0123-4"', body, 50)).toBeUndefined();
  expect(followChecksum(undefined, '"0123"', 10, limits)).toBeUndefined();
  expect(followChecksum('AAAAAA==', '"0123"', 10, limits)).toBeUndefined();
});

test('a whole number of parts has no empty one at its end', () => {
  const whole = body.subarray(0, 200);
  const follower = followChecksum(compositeChecksum([hash(parts[0] ?? body), hash(parts[1] ?? body)]), '', 200, limits);
  follower?.update(whole);
  expect(follower?.matches()).toBe(true);
});

test('a request carries what its storage knows', () => {
  expect(checksumsOf(body, 'SHA256')).toEqual({
    sha256: createHash('sha256').update(body).digest('hex'),
    fields: { ChecksumSHA256: hash(body) },
  });
  expect(checksumsOf(body, 'Content-MD5').fields).toEqual({
    ContentMD5: createHash('md5').update(body).digest('base64'),
  });
});
