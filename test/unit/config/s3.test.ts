import { describe, expect, test } from 'vitest';
import { s3 } from '../../../src/config/declaration/s3.ts';
import { nameParts } from '../../../src/config/declaration/templates.ts';
import { collectProblems } from '../../../src/config/problems.ts';
import { resolveS3 } from '../../../src/config/resolve/s3.ts';
import type { Environment } from '../../../src/config/source/variables.ts';
import { readYaml } from '../../../src/config/source/yaml.ts';
import { Secret } from '../../../src/secret.ts';
import type { S3Options } from '../../../src/storage/s3/options.ts';
import { brief, surroundings } from './declarations.ts';

const variables = { AWS_ACCESS_KEY_ID: 'id-of-variables', AWS_SECRET_ACCESS_KEY: 'secret-of-variables' };

function read(text: string, environment: Environment = variables) {
  const problems = collectProblems('roundtrip.yml', input => input);
  const node = readYaml(text, environment, problems);
  const decoded =
    node &&
    s3.decode(node, 's3', {
      problems,
      ...surroundings,
      nameParts: nameParts(new Date(), environment),
      placesOf: () => [],
    });
  const options =
    node && decoded && resolveS3({ value: decoded.value, origin: node.origin }, environment, 's3', problems);
  return { options, problems: problems.found.map(brief), remedies: problems.found.map(({ remedy }) => remedy) };
}

const plain: S3Options = {
  bucket: 'backups',
  prefix: '',
  endpoint: undefined,
  region: 'eu-central-1',
  pathStyle: false,
  credentials: {
    accessKeyId: new Secret('id-of-variables'),
    secretAccessKey: new Secret('secret-of-variables'),
    sessionToken: undefined,
  },
  allowInsecure: false,
  encryption: undefined,
  storageClass: undefined,
  objectLock: undefined,
  checksum: 'SHA256',
};

test('a bucket of AWS needs its name, the rest comes from variables', () => {
  const { options, problems } = read('bucket: backups', { ...variables, AWS_REGION: 'eu-central-1' });
  expect(problems).toEqual([]);
  expect(options).toEqual(plain);
  expect(options?.credentials.secretAccessKey.reveal()).toBe('secret-of-variables');
});

test('another storage needs its endpoint, and has its own defaults', () => {
  const { options } = read('{ bucket: backups, prefix: a/b/, endpoint: "https://storage.example.com:9000" }');
  expect(options).toEqual({
    ...plain,
    prefix: 'a/b',
    endpoint: new URL('https://storage.example.com:9000'),
    region: 'us-east-1',
    pathStyle: true,
    checksum: 'Content-MD5',
  });
});

test('everything can be said', () => {
  const { options, problems } = read(
    `bucket: backups
region: eu-west-3
endpoint: http://minio:9000
path-style: false
access-key-id: an-id
secret-access-key: \${SECRET}
session-token: \${TOKEN}
server-side-encryption: aws:kms
kms-key-id: alias/backups
storage-class: STANDARD_IA
object-lock: { mode: COMPLIANCE, days: 30 }
checksum: SHA256`,
    { ...variables, AWS_SESSION_TOKEN: 'of variables', SECRET: 's3cret', TOKEN: 't0ken' },
  );
  expect(problems).toEqual([]);
  expect(options).toMatchObject({
    region: 'eu-west-3',
    pathStyle: false,
    encryption: { kind: 'aws:kms', keyId: 'alias/backups' },
    storageClass: 'STANDARD_IA',
    objectLock: { mode: 'COMPLIANCE', days: 30 },
    checksum: 'SHA256',
  });
  const { accessKeyId, secretAccessKey, sessionToken } = options?.credentials ?? plain.credentials;
  expect([accessKeyId, secretAccessKey, sessionToken].map(secret => secret?.reveal())).toEqual([
    'an-id',
    's3cret',
    't0ken',
  ]);
});

test.each<readonly [string, Environment, Partial<S3Options>]>([
  ['bucket: backups', { AWS_DEFAULT_REGION: 'b' }, { region: 'b' }],
  ['bucket: backups', { AWS_REGION: 'a', AWS_DEFAULT_REGION: 'b' }, { region: 'a' }],
  ['bucket: backups', { AWS_REGION: '', AWS_DEFAULT_REGION: 'b' }, { region: 'b' }],
  ['{ bucket: backups, region: c }', { AWS_REGION: 'a' }, { region: 'c' }],
  ['bucket: backups', { AWS_ENDPOINT_URL: 'http://one' }, { endpoint: new URL('http://one') }],
  [
    'bucket: backups',
    { AWS_ENDPOINT_URL: 'http://one', AWS_ENDPOINT_URL_S3: 'http://two' },
    { endpoint: new URL('http://two'), pathStyle: true },
  ],
])('%s with %j', (text, environment, expected) => {
  expect(read(text, { ...variables, ...environment }).options).toMatchObject(expected);
});

test('a token of variables belongs to their key, not to one of the file', () => {
  const environment = { ...variables, AWS_SESSION_TOKEN: 'token', AWS_REGION: 'a', SECRET: 's' };
  expect(read('bucket: backups', environment).options?.credentials.sessionToken?.reveal()).toBe('token');
  const own = '{ bucket: backups, access-key-id: id, secret-access-key: "${SECRET}" }';
  expect(read(own, environment).options?.credentials.sessionToken).toBeUndefined();
});

const region = 'region: eu-central-1';
describe('what is wrong is said', () => {
  test.each<readonly [string, Environment, readonly string[]]>([
    [region, variables, ['PGR127 1:1 s3.bucket: this key is required and missing']],
    ['bucket: backups', variables, ['PGR127 1:1 s3.region: the region of the bucket is missing']],
    [`{ bucket: backups, ${region} }`, {}, ['PGR127 1:1 s3.access-key-id: there are no credentials']],
    [
      `{ bucket: backups, ${region} }`,
      { ...variables, AWS_SECRET_ACCESS_KEY: 'secret\n' },
      ['PGR109 1:1 s3.access-key-id: a credential contains a control character'],
    ],
    [
      `{ bucket: backups, ${region}, access-key-id: id, secret-access-key: typed }`,
      {},
      ['PGR125 1:80 s3.secret-access-key: a secret is written in the file'],
    ],
    [`{ bucket: backups, ${region}, access-key-id: id }`, {}, [expect.stringContaining('PGR127')]],
    [
      '{ bucket: backups, endpoint: "http://storage.example.com" }',
      variables,
      ['PGR113 1:1 s3.endpoint: refusing to send s3://backups unencrypted to storage.example.com'],
    ],
    [
      'bucket: backups',
      { ...variables, AWS_ENDPOINT_URL: 'storage.example.com' },
      ['PGR127 1:1 s3.endpoint: the variable with the endpoint holds no address'],
    ],
    [
      `{ bucket: backups, ${region}, kms-key-id: k, server-side-encryption: AES256 }`,
      variables,
      ['PGR150 1:54 s3.kms-key-id: a key of KMS is only used with aws:kms'],
    ],
    [
      `{ bucket: backups, ${region}, prefix: a/../b }`,
      variables,
      ['PGR233 1:50 s3.prefix: it cannot be the beginning of a key'],
    ],
  ])('%s', (text, environment, expected) => {
    expect(read(text, environment).problems).toEqual(expected);
  });

  test.each([
    'ab',
    'Backups',
    'my_bucket',
    '-backups',
    'backups-',
    'a..b',
    '192.168.0.1',
    'xn--backups',
    'backups-s3alias',
    'a/b',
    'x'.repeat(64),
  ])('no bucket: %s', name => {
    expect(read(`{ bucket: "${name}", ${region} }`).problems).toEqual([
      expect.stringMatching(/^PGR234 1:11 s3\.bucket/),
    ]);
  });

  test.each(['storage.example.com', 'ftp://x', 'https://', 'https://me:secret@x', 'https://x/?y', 'https://x/path'])(
    'no endpoint: %s',
    address => {
      const { problems, remedies } = read(`{ bucket: backups, endpoint: "${address}" }`);
      expect(problems).toEqual([expect.stringMatching(/^PGR(?:123|234) 1:30 s3\.endpoint/)]);
      expect([...problems, ...remedies].join()).not.toContain('secret');
    },
  );
});
