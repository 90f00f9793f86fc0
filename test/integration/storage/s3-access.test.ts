import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { asRoundtripError } from '../../../src/errors.ts';
import { Secret } from '../../../src/secret.ts';
import type { S3Options } from '../../../src/storage/s3/options.ts';
import { s3Store } from '../../../src/storage/s3/s3-store.ts';
import { type S3ServerOptions, startS3Server } from '../../support/s3-server/server.ts';
import {
  contentOf,
  never,
  quickly,
  readAll,
  s3Options,
  s3TestStore,
  someBytes,
  tinyPart,
} from '../../support/stored-objects.ts';
import { refusalOf } from '../../unit/refusal.ts';
import { issue, makeAuthority } from '../connection-certificates.ts';

const [small, large] = [someBytes(10_000), someBytes(150_000)];
const tiny = { limits: { partBytes: tinyPart, memory: 4 * tinyPart } };
const wrongSecret = 'another/secret+that is=wrong';

describe('what a storage refuses is said in a sentence, without what is secret', () => {
  test.each<readonly [string, S3ServerOptions, Partial<S3Options>, RegExp, RegExp]>([
    [
      'an unknown access key',
      { login: { accessKeyId: 'another-key' } },
      {},
      /does not know the access key \(status 403, InvalidAccessKeyId\)$/,
      /access-key-id/,
    ],
    [
      'a wrong secret',
      { login: { secretAccessKey: wrongSecret } },
      {
        credentials: {
          accessKeyId: new Secret('an-access-key-of-the-tests'),
          secretAccessKey: new Secret('x'),
          sessionToken: undefined,
        },
      },
      /the secret access key is not that of the access key \(status 403, SignatureDoesNotMatch\)$/,
      /secret-access-key/,
    ],
    [
      'a token that is none',
      { login: { sessionToken: 'the-token' } },
      {
        credentials: {
          accessKeyId: new Secret('an-access-key-of-the-tests'),
          secretAccessKey: new Secret('a/secret+key of the=tests'),
          sessionToken: new Secret('another-token'),
        },
      },
      /the session token is not valid \(status 400, InvalidToken\)$/,
      /session-token/,
    ],
    [
      'another region',
      { login: { region: 'eu-other-2' } },
      { region: 'eu-test-1' },
      /the bucket is in the region eu-other-2 \(status 400, AuthorizationHeaderMalformed\)$/,
      /^write region: eu-other-2$/,
    ],
    [
      'another bucket',
      {},
      { bucket: 'no-such-bucket' },
      /there is no such bucket \(status 404, NoSuchBucket\)$/,
      /name/,
    ],
    [
      'a clock that is wrong for ever',
      { faults: [{ operation: 'PutObject', calls: 'all', what: { status: 403, code: 'RequestTimeTooSkewed' } }] },
      {},
      /the clock of this machine differs/,
      /set the clock/,
    ],
    [
      'a place without access',
      { faults: [{ operation: 'PutObject', calls: 'all', what: { status: 403, code: 'AccessDenied' } }] },
      {},
      /refused access \(status 403, AccessDenied\)$/,
      /s3:PutObject/,
    ],
  ])('%s', async (_, server, changes, message, remedy) => {
    await using started = await startS3Server(server);
    const options = { ...s3Options(started), ...changes };
    if (server.login?.accessKeyId !== undefined) {
      Object.assign(options, { credentials: { ...options.credentials, accessKeyId: new Secret('unknown-key') } });
    }
    const thrown = await s3Store(options, quickly)
      .put('set.tar', contentOf(small), never)
      .catch((error: unknown) => error);
    const problem = asRoundtripError(thrown).problems[0];
    expect(problem).toMatchObject({
      code: 'PGR232',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
    const everything = inspect(thrown, { depth: 12 });
    for (const secret of [started.login.secretAccessKey, wrongSecret, 'another-token']) {
      expect(JSON.stringify(problem)).not.toContain(secret);
      expect(everything).not.toContain(secret);
    }
    expect(everything).not.toMatch(/Signature=[0-9a-f]{8}/);
  });

  test('nobody listens', async () => {
    const started = await startS3Server();
    await started[Symbol.asyncDispose]();
    const refusal = await refusalOf(() => s3TestStore(started).list(never));
    expect(refusal).toMatchObject({ code: 'PGR232', message: expect.stringContaining('refused the connection') });
  });

  test('a host that does not exist', async () => {
    await using started = await startS3Server();
    const store = s3TestStore(started, { endpoint: new URL('http://no-such-host.localhost.invalid.internal') });
    const refusal = await refusalOf(() => store.list(never));
    expect(refusal).toMatchObject({ code: 'PGR232', message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
  });
});

test('a wrong clock of this machine is put right by that of the storage', async () => {
  await using server = await startS3Server({ clockAhead: 86_400_000 });
  const store = s3TestStore(server);
  await store.put('set.tar', contentOf(small), never);
  expect((await readAll(store.get('set.tar', never))).equals(small)).toBe(true);
});

test('a session token goes with every request', async () => {
  await using server = await startS3Server({ login: { sessionToken: 'a-token-of-the-tests' } });
  const store = s3TestStore(server);
  await store.put('set.tar', contentOf(small), never);
  await store.remove('set.tar', never);
  expect(server.requests.every(({ headers }) => headers['x-amz-security-token'] === 'a-token-of-the-tests')).toBe(true);
});

test.each(['SHA256', 'Content-MD5'] as const)(
  'everything that is asked of the storage arrives there, with %s',
  async checksum => {
    await using server = await startS3Server({ smallestPart: tinyPart });
    const now = new Date('2026-05-01T12:00:00Z');
    const store = s3TestStore(
      server,
      {
        encryption: { kind: 'aws:kms', keyId: 'alias/backups' },
        storageClass: 'STANDARD_IA',
        objectLock: { mode: 'COMPLIANCE', days: 30 },
        checksum,
      },
      { ...tiny, now: () => now },
    );
    await store.put('small', contentOf(small), never);
    await store.put('large', contentOf(large), never);
    for (const key of ['nightly/small', 'nightly/large']) {
      expect(server.bucket.objects.get(key)?.properties).toMatchObject({
        'content-type': 'application/octet-stream',
        'x-amz-meta-pg-roundtrip-upload': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'alias/backups',
        'x-amz-storage-class': 'STANDARD_IA',
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': expect.stringMatching(/^2026-05-31T12:00:00/),
      });
      expect(server.bucket.objects.get(key)?.checksum !== undefined).toBe(checksum === 'SHA256');
    }
    const bodies = server.requests.filter((_, index) => /PutObject|UploadPart/.test(server.calls[index] ?? ''));
    expect(bodies.length).toBe(4);
    for (const { headers } of bodies) {
      const own = checksum === 'SHA256' ? 'x-amz-checksum-sha256' : 'content-md5';
      const names = Object.keys(headers).filter(name => /checksum|md5|trailer|encoding|expect/.test(name));
      expect(names).toEqual([own]);
    }
  },
);

test('plain HTTP to a public address is refused before anything is loaded, and may be allowed', async () => {
  await using server = await startS3Server();
  const endpoint = new URL('http://storage.example.com');
  const refusal = await refusalOf(() => s3TestStore(server, { endpoint }));
  expect(refusal).toMatchObject({ code: 'PGR113', message: expect.stringContaining('storage.example.com') });
  expect(s3TestStore(server, { endpoint, allowInsecure: true }).place).toBe('s3://backups/nightly');
  for (const near of ['http://minio:9000', 'http://10.0.0.1', 'http://[::1]:9000', 'https://storage.example.com']) {
    expect(s3TestStore(server, { endpoint: new URL(near) }).place).toBe('s3://backups/nightly');
  }
});

describe('in a process of its own', () => {
  const login = {
    region: 'eu-test-1',
    accessKeyId: 'an-access-key-of-the-tests',
    secretAccessKey: 'a/secret+key of the=tests',
  };
  const child = async (options: object, environment: Readonly<Record<string, string>>) => {
    const file = join(import.meta.dirname, '../../support/s3-child.ts');
    const argument = JSON.stringify({ ...login, ...options });
    const { stdout } = await promisify(execFile)(process.execPath, [file, argument], { env: environment });
    return JSON.parse(stdout);
  };
  const went = { same: true, listed: ['set.tar'], left: 0, reads: [], warnings: [] };

  test('variables and files of AWS are not looked at, and nobody is asked for credentials', async () => {
    await using server = await startS3Server();
    const home = await mkdtemp(join(tmpdir(), 'home-'));
    try {
      await mkdir(join(home, '.aws'));
      const elsewhere = 'http://127.0.0.1:9';
      await writeFile(
        join(home, '.aws/config'),
        `[default]\nregion = us-west-1\nendpoint_url = ${elsewhere}\ndefaults_mode = auto\nuse_fips_endpoint = true\n`,
      );
      await writeFile(join(home, '.aws/credentials'), '[default]\naws_access_key_id = x\naws_secret_access_key = y\n');
      const environment = {
        HOME: home,
        AWS_ACCESS_KEY_ID: 'of the environment',
        AWS_SECRET_ACCESS_KEY: 'of the environment',
        AWS_SESSION_TOKEN: 'of the environment',
        AWS_REGION: 'us-west-1',
        AWS_PROFILE: 'other',
        AWS_ENDPOINT_URL: elsewhere,
        AWS_ENDPOINT_URL_S3: elsewhere,
        AWS_USE_FIPS_ENDPOINT: 'true',
        AWS_USE_DUALSTACK_ENDPOINT: 'true',
        AWS_DEFAULTS_MODE: 'auto',
        AWS_MAX_ATTEMPTS: '9',
        AWS_REQUEST_CHECKSUM_CALCULATION: 'when_supported',
        AWS_SDK_UA_APP_ID: 'of-the-environment',
        HTTP_PROXY: elsewhere,
        HTTPS_PROXY: elsewhere,
      };
      const result = await child({ endpoint: server.endpoint.href }, environment);
      expect(result).toEqual({ ...went, hosts: [server.endpoint.host] });
      expect(JSON.stringify(server.requests)).not.toContain('of-the-environment');
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  test('AWS is reached by TLS, by the name of the bucket, and through a proxy that sees no more than that name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3-tls-'));
    try {
      const authority = await makeAuthority(folder, 'authority');
      const pair = await issue(authority, 'storage', 'storage', 'DNS:*.s3.eu-test-1.amazonaws.com');
      const certificate = { key: await readFile(pair.keyFile), cert: await readFile(pair.certificateFile) };
      await using server = await startS3Server({ certificate });
      await using proxy = await startProxy(Number(server.endpoint.port));
      const environment = { NODE_EXTRA_CA_CERTS: authority.certificateFile };
      const result = await child({ proxy: `http://me:hunter2@127.0.0.1:${proxy.port}` }, environment);
      expect(result).toMatchObject(went);
      expect(result.hosts).toContain(`127.0.0.1:${proxy.port}`);
      expect(new Set(proxy.asked)).toEqual(new Set(['backups.s3.eu-test-1.amazonaws.com:443']));
      expect(server.requests.some(({ headers }) => 'proxy-authorization' in headers)).toBe(false);
      await expect(child({ proxy: `http://127.0.0.1:${proxy.port}` }, {})).rejects.toThrow(
        /could not be encrypted or verified/,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** An HTTP proxy that leads every tunnel to one port. */
async function startProxy(target: number) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer().on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '');
    const onward = connect(target, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    for (const one of [socket, onward]) sockets.add(one.on('error', () => {}));
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
