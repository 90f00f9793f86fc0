import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ActionOptions, runAction } from '../support/action-runner.ts';
import {
  type Answer,
  type FaultHook,
  failure,
  json,
  runtimeToken,
  startResultsService,
} from '../support/results-service.ts';

const bundle = join(import.meta.dirname, '../support/fixtures/publish-artifact.ts');
const service = await startResultsService();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
});
afterEach(async () => {
  service.reset();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => service.close());

async function fileWith(name: string, content: Buffer | string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function publish(inputs: Readonly<Record<string, string>>, environment: ActionOptions['environment'] = {}) {
  const run = await runAction({
    entry: 'main',
    bundle,
    workspace: folder,
    temporary: folder,
    inputs,
    environment: { ...service.environment, ...environment },
  });
  const { stored, fault } = run.outputs;
  return {
    ...run,
    stored: stored === undefined ? undefined : JSON.parse(stored),
    fault: fault === undefined ? undefined : JSON.parse(fault),
  };
}

describe('an artifact', () => {
  it('comes back bit for bit, and every number agrees', async () => {
    const content = randomBytes(17 * 1024 * 1024 + 5);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const file = await fileWith('app größe.dump', content);
    const download = join(folder, 'download');
    const run = await publish({ file, download, 'retention-days': '7' });

    expect(run.fault).toBeUndefined();
    expect(run.exitCode).toBe(0);
    expect(run.stored).toEqual({
      id: '101',
      name: 'app größe.dump',
      bytes: content.length,
      sha256,
      url: '/example/shop/actions/runs/4711/artifacts/101',
    });
    expect(run.outputs['digest-mismatch']).toBe('false');
    expect((await readFile(join(download, 'app größe.dump'))).equals(content)).toBe(true);

    const created = service.requests.find(request => request.operation === 'CreateArtifact');
    expect(created?.json).toMatchObject({ name: 'app größe.dump', mime_type: 'application/octet-stream' });
    const days = (Date.parse(String(created?.json['expires_at'])) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    expect(service.requests.filter(request => request.query.get('comp') === 'block')).toHaveLength(3);
  });

  it('is published through a passing failure of the service', async () => {
    const file = await fileWith('app.dump', 'content');
    service.inject(once(request => request.operation === 'CreateArtifact', failure(500, 'internal', 'try again')));
    expect((await publish({ file })).stored).toMatchObject({ id: '101', bytes: 7 });
  });

  it('is published through a passing failure of the blob store', async () => {
    const file = await fileWith('app.dump', 'content');
    service.inject(once(request => request.query.get('comp') === 'block', { status: 500 }));
    expect((await publish({ file })).stored).toMatchObject({ id: '101', bytes: 7 });
  });

  it('is published when the service cannot be asked for it afterwards', async () => {
    const file = await fileWith('app.dump', 'content');
    service.inject(request => (request.operation === 'ListArtifacts' ? json(200, { artifacts: [] }) : undefined));
    expect((await publish({ file })).stored).toMatchObject({ id: '101', bytes: 7 });
  });

  it('of which the service tells another digest is an error, and is removed again', async () => {
    const file = await fileWith('app.dump', 'content');
    service.inject(request => {
      const artifact = service.store.artifacts.get(101);
      if (request.operation === 'ListArtifacts' && artifact !== undefined) artifact.digest = `sha256:${'0'.repeat(64)}`;
      return undefined;
    });
    const { fault } = await publish({ file });
    expect(fault).toMatchObject({ code: 'PGR230', message: expect.stringMatching(/not what was sent.*removed again/) });
    expect(service.store.artifacts.size).toBe(0);
  });
});

function once(when: (request: Parameters<FaultHook>[0]) => boolean, answer: Answer): FaultHook {
  let done = false;
  return request => {
    if (done || !when(request)) return undefined;
    done = true;
    return answer;
  };
}

describe('a service that refuses', () => {
  const cases: readonly (readonly [string, FaultHook, RegExp])[] = [
    [
      'is full',
      request =>
        request.operation === 'CreateArtifact'
          ? failure(403, 'permission_denied', 'insufficient usage to create artifact')
          : undefined,
      /storage of the account is full/,
    ],
    [
      'has the name already',
      request => (request.operation === 'CreateArtifact' ? failure(409, 'already_exists', 'exists') : undefined),
      /an artifact of that name already/,
    ],
    [
      'does not know the kind of file',
      request =>
        request.operation === 'CreateArtifact'
          ? failure(400, 'invalid_argument', 'mime_type a valid mime_type is required')
          : undefined,
      /files of this kind/,
    ],
    [
      'forbids the upload',
      request =>
        request.method === 'PUT' ? { status: 403, headers: { 'x-ms-error-code': 'AuthorizationFailure' } } : undefined,
      /refused access.*status 403/,
    ],
  ];

  it.each(cases)('%s: says so and never shows the signature', async (_, fault, message) => {
    const file = await fileWith('app.dump', 'content');
    service.inject(fault);
    const run = await publish({ file });
    expect(run.exitCode).toBe(1);
    expect(run.fault).toMatchObject({ code: 'PGR230', message: expect.stringMatching(message) });
    expect(run.fault.message).not.toContain('signature');
  });

  it('a second artifact of one name: says so', async () => {
    const file = await fileWith('app.dump', 'content');
    await publish({ file });
    expect((await publish({ file })).fault.message).toMatch(/an artifact of that name already/);
  });
});

describe('a job without artifacts', () => {
  it.each([
    ['no token', { ACTIONS_RUNTIME_TOKEN: undefined }, /ACTIONS_RUNTIME_TOKEN is not set/],
    ['no service', { ACTIONS_RESULTS_URL: undefined }, /ACTIONS_RESULTS_URL is not set/],
    ['a server of its own', { GITHUB_SERVER_URL: 'https://git.example' }, /https:\/\/git\.example does not take/],
    ['a token without scopes', { ACTIONS_RUNTIME_TOKEN: runtimeToken(undefined) }, /not one that GitHub gives/],
    ['a token that is none', { ACTIONS_RUNTIME_TOKEN: 'none' }, /not one that GitHub gives/],
  ])('%s: says so before anything is sent', async (_, environment, message) => {
    const file = await fileWith('app.dump', 'content');
    const { fault } = await publish({ file }, environment);
    expect(fault).toMatchObject({ code: 'PGR230', message: expect.stringMatching(message) });
    expect(service.requests).toEqual([]);
  });
});

describe('a file that cannot be published', () => {
  it.each([
    ['a folder', 'PGR230', (path: string) => mkdir(path)],
    ['a link', 'PGR230', (path: string) => symlink('/etc/hostname', path)],
    ['an empty file', 'PGR230', (path: string) => writeFile(path, '')],
    ['nothing', 'PGR221', () => Promise.resolve()],
  ])('%s: says so before anything is sent', async (_, code, make) => {
    const file = join(folder, 'app.dump');
    await make(file);
    const run = await publish({ file });
    expect(run.fault).toMatchObject({ code, message: expect.stringContaining(file) });
    expect(service.requests).toEqual([]);
  });

  it.each([
    ['a colon in its name', { name: 'app:copy.dump', days: '7' }, 'PGR132'],
    ['a command in its name', { name: '##[add-mask]app.dump', days: '7' }, 'PGR132'],
    ['too long a retention', { name: 'app.dump', days: '91' }, 'PGR133'],
  ])('%s: says so before anything is sent', async (_, { name, days }, code) => {
    const file = await fileWith(name, 'content');
    const run = await publish({ file, 'retention-days': days });
    expect(run.fault).toMatchObject({ code });
    expect(run.masks).toEqual([]);
    expect(service.requests).toEqual([]);
    expect((await stat(file)).size).toBe(7);
  });
});
