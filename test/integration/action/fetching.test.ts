import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { makePlace, runCli } from '../../support/cli.ts';
import type { StoredArtifact, StoredRun } from '../../support/results-service/store.ts';
import { runtimeToken, startResultsService } from '../../support/results-service.ts';
import { dropDatabase, type FreshDatabase, freshDatabase, queryOn, sharedServer } from '../../support/servers.ts';
import { makeZip } from '../../unit/client/conda/crafted-conda.ts';
import { expectExit, openJob } from './job.ts';

const service = await startResultsService();
const server = await sharedServer();
let source: FreshDatabase;
let published: readonly StoredArtifact[];

const otherRun = { ACTIONS_RUNTIME_TOKEN: runtimeToken('Actions.Results:run-2:job-1'), GITHUB_RUN_ID: '4712' };

beforeAll(async () => {
  source = await freshDatabase(server, {
    sql: 'create table customer (id int primary key); insert into customer select generate_series(1, 300)',
  });
  await using job = await openJob(service.environment);
  expectExit(await job.step({ 'source-url': source.url, artifact: 'customers' }), 0);
  published = [...service.store.artifacts.values()];
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await service.close();
});

/** Only what was published, by a run that succeeded on main. */
beforeEach(() => {
  const { artifacts, blobs, runs } = service.store;
  service.inject(undefined);
  artifacts.clear();
  runs.clear();
  for (const artifact of published) {
    artifacts.set(artifact.id, artifact);
    blobs.set(artifact.blob.id, artifact.blob);
  }
});

function onlyFetch(keys: string): string {
  return `version: 1
connections: { target: { host: localhost } }
steps:
  - fetch: { artifact: customers, to: dumps/fetched${keys === '' ? '' : `, ${keys}`} }
`;
}

function runs(run: Partial<StoredRun>): void {
  const usual = {
    id: 4711,
    conclusion: 'success',
    branch: 'main',
    path: '.github/workflows/backup.yml',
    headRepository: 'example/shop',
  };
  service.store.runs.set('run-1', { ...usual, ...run });
}

describe('what another run has published', () => {
  it.each([
    ['the latest on the default branch', 'from: {}'],
    ['the latest of a workflow on a branch', 'from: { branch: main, workflow: backup.yml }'],
    ['one run', 'from: { run: 4711 }'],
  ])('%s is restored and proven', async (_, keys) => {
    runs({});
    await using job = await openJob({ ...service.environment, ...otherRun });
    const copy = `${source.name}_copy`;
    const config = `version: 1
connections: { target: { url: "\${TARGET_URL}" } }
steps:
  - fetch: { artifact: customers, to: dumps/fetched, ${keys} }
  - restore: { into: target, as: { ${source.name}: ${copy} } }
  - verify:
`;
    try {
      const run = await job.step({ config }, { environment: { TARGET_URL: source.url } });
      expectExit(run, 0);
      expect(run.outputs).toMatchObject({ verdict: 'passed', 'database-name': copy });
      expect(await queryOn(server, copy, 'select count(*)::int from customer')).toEqual([{ count: 300 }]);
    } finally {
      await dropDatabase(server, copy);
    }
  });

  it('comes to the command line too, with a token', async () => {
    runs({});
    await using place = await makePlace();
    await place.write(
      'pg-roundtrip.yml',
      onlyFetch('from: { repository: example/shop }, allow-foreign: it is our own'),
    );
    const environment = { GITHUB_API_URL: service.origin, GITHUB_TOKEN: 'of-this-test' };
    const run = await runCli(place, { environment });
    expect(run.report).toMatchObject({ verdict: 'unproven', exitCode: 0 });
    const manifest = await checkDumpSet(join(place.workspace, 'dumps/fetched'));
    expect(manifest.databases.map(({ name }) => name)).toEqual([source.name]);
    expect(run.output).not.toContain('of-this-test');
  });

  it('is told by a plan without being fetched', async () => {
    await using place = await makePlace();
    await place.write('pg-roundtrip.yml', `${onlyFetch('from: {}')}  - restore: { into: target }\n`);
    const run = await runCli(place, { command: ['plan'] });
    expect(run.output).toContain('the latest successful run on the default branch');
    expect(run.output).toContain('planned from what was fetched: restore');
    expect(await place.remains()).toEqual([]);
  });
});

it('of this run needs no token, and what is there already is not fetched anew', async () => {
  await using job = await openJob({ ...service.environment, GITHUB_TOKEN: '' });
  for (const _ of [1, 2]) {
    const run = await job.step({ config: onlyFetch(''), 'github-token': '' });
    expectExit(run, 0);
    expect(run.outputs['verdict']).toBe('unproven');
  }
  await checkDumpSet(join(job.workspace, 'dumps/fetched'));
});

describe('what is not there, or not to be trusted, is refused and leaves nothing', () => {
  const damaged = () => {
    const [artifact] = published;
    if (artifact === undefined) throw new Error('nothing was published');
    const content = Buffer.from(artifact.blob.content);
    content.writeUInt8(content.readUInt8(content.length / 2) ^ 1, content.length / 2);
    return { ...artifact, blob: { ...artifact.blob, content } };
  };
  const stored = (artifact: StoredArtifact) => {
    service.store.artifacts.set(artifact.id, artifact);
    service.store.blobs.set(artifact.blob.id, artifact.blob);
  };
  const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

  const zipped = (name: string): StoredArtifact => {
    const { artifact, blob } = { artifact: damaged(), blob: damaged().blob };
    const content = makeZip([[name, Buffer.from('of others')]]);
    return { ...artifact, digest: digestOf(content), blob: { ...blob, content, contentType: 'application/zip' } };
  };

  it.each<[string, string, () => void, number, string]>([
    ['a run that failed', 'from: {}', () => runs({ conclusion: 'failure' }), 1, 'PGR231'],
    ['a run on another branch', 'from: {}', () => runs({ branch: 'feature' }), 1, 'PGR231'],
    ['a branch of that name in a fork', 'from: {}', () => runs({ headRepository: 'octo/shop' }), 1, 'PGR231'],
    ['a run to which strangers send things', 'from: {}', () => runs({ event: 'workflow_run' }), 1, 'PGR231'],
    ['another workflow', 'from: { workflow: nightly.yml }', () => runs({}), 1, 'PGR231'],
    ['a run for a fork', 'from: { run: 4711 }', () => runs({ headRepository: 'octo/shop' }), 4, 'PGR170'],
    ['another repository', 'from: { repository: octo/shop }', () => {}, 4, 'PGR170'],
    ['a run that does not exist', 'from: { run: 1 }', () => {}, 1, 'PGR231'],
    ['more than is allowed', 'max-size: 1kB', () => {}, 4, 'PGR176'],
    [
      'a token that may not read',
      'from: {}',
      () => service.inject(({ path }) => (path.startsWith('/repos/') ? { status: 403 } : undefined)),
      1,
      'PGR231',
    ],
    ['bytes that changed on the way, this run', '', () => stored(damaged()), 3, 'PGR172'],
    ['bytes that changed on the way, another run', 'from: {}', () => stored(damaged()), 3, 'PGR172'],
    [
      'bytes that changed before the upload',
      'from: {}',
      () => {
        const artifact = damaged();
        stored({ ...artifact, digest: digestOf(artifact.blob.content) });
      },
      3,
      'PGR172',
    ],
    // Not as we publish, but as others may: it is not unpacked.
    ['a zip with a path upwards', '', () => stored(zipped('../../escaped')), 3, 'PGR172'],
    ['a zip with a path upwards, another run', 'from: {}', () => stored(zipped('../../escaped')), 3, 'PGR172'],
  ])('%s', async (what, keys, arrange, exitCode, code) => {
    arrange();
    await using job = await openJob(service.environment);
    const run = await job.step({ config: onlyFetch(keys) });
    expectExit(run, exitCode);
    expect(run.annotations.map(({ title }) => title)).toEqual([code]);
    expect(await readdir(job.workspace)).toEqual([]);
    const left = await readdir(dirname(job.workspace), { recursive: true });
    expect(left.filter(path => path.endsWith('escaped'))).toEqual([]);
    // Told before any of it is unpacked, whatever its own sums say.
    expect(run.log.includes('arrived damaged')).toBe(what.includes('on the way'));
  });

  it('a run for a fork, unless the file says why; then the report repeats it', async () => {
    runs({ headRepository: 'octo/shop' });
    await using job = await openJob(service.environment);
    const run = await job.step({ config: onlyFetch('from: { run: 4711 }, allow-foreign: "octo is our own bot"') });
    expectExit(run, 0);
    expect(run.summary).toContain('octo is our own bot');
  });

  it('what this run was sent by a pull request', async () => {
    await using job = await openJob({ ...service.environment, GITHUB_EVENT_NAME: 'pull_request_target' });
    const run = await job.step({ config: onlyFetch('') });
    expectExit(run, 4);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR170']);
  });

  it('where another dump set lies', async () => {
    await using job = await openJob(service.environment);
    await job.write('dumps/fetched/mine.txt', 'mine');
    const run = await job.step({ config: onlyFetch('') });
    expectExit(run, 4);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR131']);
    expect(await readdir(join(job.workspace, 'dumps'))).toEqual(['fetched']);
    expectExit(await job.post(), 0);
    expect((await readdir(job.temporary)).filter(name => /^pg-roundtrip-(?!report)/.test(name))).toEqual([]);
  });

  it('without a token', async () => {
    await using place = await makePlace();
    await place.write('pg-roundtrip.yml', onlyFetch('from: { repository: example/shop }'));
    expect((await runCli(place)).problem).toMatchObject({ code: 'PGR134' });
  });
});
