import { expect, test } from 'vitest';
import { placeOf } from '../../../../src/storage/s3/options.ts';
import { parseS3Url } from '../../../../src/storage/s3/s3-url.ts';
import { refusalOf } from '../../refusal.ts';

test.each([
  ['s3://backups', { bucket: 'backups', prefix: '' }],
  ['s3://backups/', { bucket: 'backups', prefix: '' }],
  ['s3://my.backups-1/nightly', { bucket: 'my.backups-1', prefix: 'nightly' }],
  ['s3://backups/a/b c/ä%20/', { bucket: 'backups', prefix: 'a/b c/ä%20' }],
])('%s', (text, location) => {
  expect(parseS3Url(text)).toEqual(location);
  expect(parseS3Url(placeOf(location))).toEqual(location);
});

test.each([
  ['backups/nightly', 'PGR234'],
  ['https://backups', 'PGR234'],
  ['S3://backups', 'PGR234'],
  ['s3:/backups', 'PGR234'],
  ['s3://', 'PGR234'],
  ['s3:///nightly', 'PGR234'],
  ['s3://ab', 'PGR234'],
  ['s3://Backups', 'PGR234'],
  ['s3://10.0.0.1/x', 'PGR234'],
  ['s3://key:hunter2@backups/x', 'PGR234'],
  ['s3://backups:9000/x', 'PGR234'],
  ['s3://backups?x', 'PGR234'],
  ['s3://backups//x', 'PGR233'],
  ['s3://backups/a//b', 'PGR233'],
  ['s3://backups/../x', 'PGR233'],
  ['s3://backups/a\nb', 'PGR233'],
])('%s is none', async (text, code) => {
  const refusal = await refusalOf(() => parseS3Url(text));
  expect(refusal?.code).toBe(code);
  expect(refusal?.message).not.toContain('hunter2');
});
