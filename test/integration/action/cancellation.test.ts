import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findInstallations } from '../../../src/client/installation.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { type ResultsService, startResultsService } from '../../support/results-service.ts';
import { dropDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { lockedMajors } from '../sealed/real-set.ts';
import { expectExit, openJob, type TestJob } from './job.ts';
import { databaseExists, holdableSchema, sessionsIn, slowToRestore, untilSession, whileHeld } from './waiting.ts';

const server = await sharedServer();
const copies: string[] = [];
afterEach(async () => {
  for (const name of copies.splice(0)) await dropDatabase(server, name);
});

const waitingInDump = "wait_event_type = 'Lock' and query like '%held%'";
const buildingIndex = "query like '%CREATE INDEX%'";

/** What a run keeps in the folder for temporary files, aside from its report, and from packages, which the CI's cache gets. */
async function privateFolders(job: TestJob): Promise<readonly string[]> {
  const names = await readdir(job.temporary);
  return names.filter(name => /^pg-roundtrip-(?!report-|packages$)/.test(name));
}

/** Environments of the client programs that are at work below a job's folders. */
async function clientProcesses(job: TestJob): Promise<readonly string[]> {
  const read = (pid: string, file: string) => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => ({ command: await read(pid, 'cmdline'), environment: await read(pid, 'environ') })),
  );
  const ours = found.filter(({ command }) => command.includes(job.workspace) && /pg_(dump|restore)/.test(command));
  return ours.map(({ environment }) => environment);
}

describe('a cancelled job', () => {
  it('ends at the first signal with 130 during a dump, with no program, folder or session left', async () => {
    await using source = await freshDatabase(server, { sql: holdableSchema });
    await using job = await openJob();
    await whileHeld(server, source.name, async () => {
      const cancelWhen = untilSession(server, source.name, waitingInDump);
      const run = await job.step({ 'source-url': source.url }, { cancelWhen });
      await cancelWhen;
      expectExit(run, 130);
      expect(run.signals).toEqual(['SIGINT']);
      expect(run.outputs).toMatchObject({ verdict: 'failed', 'exit-code': '130' });
      expect(run.annotations).toEqual([expect.objectContaining({ level: 'error', title: 'PGR600' })]);
      expect(await clientProcesses(job)).toEqual([]);
      expect((await readdir(job.workspace, { recursive: true })).filter(path => path !== 'dumps')).toEqual([]);
      await expect.poll(() => sessionsIn(server, source.name)).toEqual([]);
    });
    expect((await job.post()).exitCode).toBe(0);
    expect(await privateFolders(job)).toEqual([]);
  });

  it('ends with 130 during a restore, and drops what was half restored', async () => {
    await using source = await freshDatabase(server, { sql: slowToRestore });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    const inputs = { 'source-url': source.url, 'target-url': source.url, 'target-database': copy };
    const cancelWhen = untilSession(server, copy, buildingIndex);
    const run = await job.step(inputs, { cancelWhen });
    await cancelWhen;
    expectExit(run, 130);
    expect(run.signals).toEqual(['SIGINT']);
    expect(run.outputs['databases']).toBe('[]');
    expect(await clientProcesses(job)).toEqual([]);
    expect(await databaseExists(server, copy)).toBe(false);
    expect((await job.post()).exitCode).toBe(0);
    expect(await privateFolders(job)).toEqual([]);
  });
});

/** What a cancelled job leaves: nothing but finished dump sets, and after its post no copy either. */
async function expectEnded(job: TestJob, run: Awaited<ReturnType<TestJob['step']>>, sets: readonly string[]) {
  expectExit(run, 130);
  // The runner would send SIGTERM after 7.5 seconds, and SIGKILL after another 2.5.
  expect(run.signals).toEqual(['SIGINT']);
  expect(run.annotations).toContainEqual(expect.objectContaining({ level: 'error', title: 'PGR600' }));
  expect(await clientProcesses(job)).toEqual([]);
  expect(await readdir(join(job.workspace, 'dumps')).catch(() => [])).toEqual(sets);
  expectExit(await job.post(), 0);
  expect(await privateFolders(job)).toEqual([]);
}

const small = 'create table customer (id int primary key); insert into customer select generate_series(1, 300)';
const connections = `connections: { source: { url: "\${SOURCE_URL}" } }`;

describe.concurrent('a job that is cancelled in another phase', () => {
  it('while a client is fetched', async ({ skip }) => {
    const installed = (await findInstallations()).map(({ version }) => version.major);
    const major = lockedMajors('client').findLast(one => one >= server.major && !installed.includes(one));
    skip(major === undefined, 'every locked client is installed on this machine');
    await using source = await freshDatabase(server, { sql: small });
    await using mirror = await silentServer();
    await using job = await openJob({ SOURCE_URL: source.url });
    const config = `version: 1\n${connections}\nclient: { version: ${major}, mirrors: ["${mirror.origin}"] }
steps: [dump: { from: source, to: dumps/set }]`;
    await expectEnded(job, await job.step({ config }, { cancelWhen: mirror.asked }), []);
    expect(await readdir(join(job.temporary, 'pg-roundtrip-packages'), { recursive: true })).toEqual([]);
  });

  it('while a copy is verified', async () => {
    await using source = await freshDatabase(server, { sql: small });
    await using job = await openJob({ SOURCE_URL: source.url });
    const copy = `${source.name}_copy`;
    const config = `version: 1\n${connections}
steps:
  - dump: { from: source, to: dumps/set }
  - restore: { into: source, as: { ${source.name}: ${copy} }, temporary: true }
  - verify: { checks: [{ name: slow, on: target, sql: "select pg_sleep(60)", expect: [] }] }`;
    const cancelWhen = untilSession(server, copy, "wait_event = 'PgSleep'");
    const run = await job.step({ config }, { cancelWhen });
    expect(await databaseExists(server, copy)).toBe(true);
    await expectEnded(job, run, ['set']);
    expect(await databaseExists(server, copy)).toBe(false);
  });

  it.each([
    ['published', 'CreateArtifact'],
    ['published, and its bytes are on their way', 'blob'],
  ])('while an artifact is %s', async (_, operation) => {
    await using source = await freshDatabase(server, { sql: small });
    await using service = await startResultsService();
    await using job = await openJob(service.environment);
    const cancelWhen = silenceAt(service, operation);
    const run = await job.step({ 'source-url': source.url, artifact: 'customers' }, { cancelWhen });
    await expectEnded(job, run, ['pg-roundtrip']);
    expect([...service.store.artifacts.values()].filter(({ digest }) => digest !== undefined)).toEqual([]);
  });

  it('while an artifact is fetched', async () => {
    await using source = await freshDatabase(server, { sql: small });
    await using service = await startResultsService();
    await using job = await openJob(service.environment);
    expectExit(await job.step({ 'source-url': source.url, artifact: 'customers', 'dump-path': 'dumps/first' }), 0);
    expectExit(await job.post(), 0);
    const cancelWhen = silenceAt(service, 'blob');
    const config = 'version: 1\nsteps: [fetch: { artifact: customers, to: dumps/fetched }]';
    const run = await job.step({ config }, { cancelWhen });
    await expectEnded(job, run, ['first']);
    expect(service.requests.at(-1)?.path).toMatch(/^\/blob\//);
  });

  it('while the network to the target is silent: what cannot be dropped then is dropped by post', async () => {
    await using source = await freshDatabase(server, {
      sql: 'create table long as select repeat(md5(i::text), 12) as words from generate_series(1, 10000) i',
    });
    const options = { fault: 'stall', counting: 'to-server', afterBytes: 1_500_000, scope: 'everything' } as const;
    await using proxy = await startFaultProxy({ upstream: server, ...options });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    const target = new URL(source.url);
    target.port = String(proxy.port);
    const inputs = { 'source-url': source.url, 'target-url': target.href, 'target-database': copy };
    const run = await job.step(inputs, { cancelWhen: proxy.struck });
    expect(await databaseExists(server, copy)).toBe(true);
    proxy.release();
    await expectEnded(job, run, ['pg-roundtrip']);
    expect(await databaseExists(server, copy)).toBe(false);
  });
});

/** Settles when the service is asked for something, from which on it does not answer. */
function silenceAt(service: ResultsService, operation: string): Promise<void> {
  return new Promise(resolve => {
    service.inject(request => {
      if (request.operation !== operation && !request.path.startsWith(`/${operation}/`)) return undefined;
      resolve();
      return 'silence';
    });
  });
}

/** Takes requests and never answers. */
async function silentServer() {
  const listener = createServer();
  const asked = once(listener, 'request');
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      listener.closeAllConnections();
      listener.close();
    },
  };
}

describe('a process that was killed', () => {
  it('during a dump: post removes the half dump set and the private folder', async () => {
    await using source = await freshDatabase(server, { sql: holdableSchema });
    await using job = await openJob();
    await whileHeld(server, source.name, async () => {
      const killWhen = untilSession(server, source.name, waitingInDump);
      const environment = { RUNNER_TRACKING_ID: 'github_1234' };
      const run = await job.step({ 'source-url': source.url }, { killWhen, environment });
      expectExit(run, null);
      expect(await readdir(join(job.workspace, 'dumps'))).toEqual(['pg-roundtrip.partial']);
      expect(await privateFolders(job)).not.toEqual([]);
      // Whoever lives on carries the mark by which the runner ends what a job has left.
      for (const marks of await clientProcesses(job)) expect(marks).toContain('RUNNER_TRACKING_ID=github_1234');

      const post = await job.post();
      expectExit(post, 0);
      expect((await readdir(job.workspace, { recursive: true })).filter(path => path !== 'dumps')).toEqual([]);
      expect(await privateFolders(job)).toEqual([]);
    });
  });

  it('during a restore: post drops the database that it was making, and no other', async () => {
    await using source = await freshDatabase(server, { sql: slowToRestore });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    const inputs = { 'source-url': source.url, 'target-url': source.url, 'target-database': copy };
    const run = await job.step(inputs, { killWhen: untilSession(server, copy, buildingIndex) });
    expectExit(run, null);
    expect(await databaseExists(server, copy)).toBe(true);

    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations).toEqual([]);
    expect(await databaseExists(server, copy)).toBe(false);
    expect(await databaseExists(server, source.name)).toBe(true);
    expect(await privateFolders(job)).toEqual([]);
  });
});
