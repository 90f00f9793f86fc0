import { expect, test } from 'vitest';
import { expandDirectForm } from '../../../src/config/direct-forms.ts';
import { type Place, parsePlace } from '../../../src/config/place.ts';
import { refusalOf } from '../refusal.ts';

test.each<[string, Place]>([
  ['backups/monday', { kind: 'folder', path: 'backups/monday' }],
  ['./s3', { kind: 'folder', path: './s3' }],
  ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '', name: '' }],
  ['s3://bucket/monday', { kind: 's3', bucket: 'bucket', prefix: '', name: 'monday' }],
  ['s3://bucket/a/b/monday/', { kind: 's3', bucket: 'bucket', prefix: 'a/b', name: 'monday' }],
  ['artifact:nightly', { kind: 'artifact', name: 'nightly', branch: undefined }],
  ['artifact:nightly@release/1.0', { kind: 'artifact', name: 'nightly', branch: 'release/1.0' }],
  ['https://example.com/set.tar', { kind: 'url', url: 'https://example.com/set.tar' }],
])('%s', (text, place) => expect(parsePlace(text)).toEqual(place));

test.each(['artifact:', 'artifact:a/b', 's3:bucket', 's3://key:secret@bucket/x'])('%s is refused', async text => {
  const refusal = await refusalOf(() => parsePlace(text));
  expect(refusal?.code).toBe('PGR129');
  expect(refusal?.message).not.toContain('secret');
});

const surroundings = {
  workspace: '/srv/space',
  temporary: '/srv/elsewhere',
  environment: { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' },
};

test.each<[string, Place, object]>([
  ['a folder elsewhere', parsePlace('/srv/elsewhere/monday'), { kind: 'folder', path: '/srv/elsewhere/monday' }],
  ['a dump set in S3', parsePlace('s3://bucket/a/monday'), { kind: 'storage', storage: 's3', set: { name: 'monday' } }],
  [
    'the latest artifact of a branch',
    parsePlace('artifact:nightly@main'),
    { kind: 'artifact', name: 'nightly', run: { kind: 'latest', branch: 'main' } },
  ],
])('fetch from %s', (_, place, source) => {
  const fetch = { place, to: 'out', identityFile: '/home/me/key', sha256: undefined };
  const form = { command: 'fetch', dumpSet: undefined, fetch, values: {}, given: new Set<string>() } as const;
  const config = expandDirectForm(form, surroundings, name => `--${name}`);
  expect(config.connections).toEqual({});
  expect(config.steps).toMatchObject([
    { kind: 'fetch', source, to: 'out', decrypt: { kind: 'identity-file', path: '/home/me/key' } },
  ]);
});
