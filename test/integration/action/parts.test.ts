import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { hashFolder } from '../../../src/dumpset/checksums.ts';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import { runtimeToken, startResultsService } from '../../support/results-service.ts';
import { someBytes } from '../../support/stored-objects.ts';
import { manifest } from '../../unit/plan/contexts.ts';
import { identityOf, recipientTextOf } from '../../unit/storage/age/keys.ts';
import { expectExit, openJob, type TestJob } from './job.ts';

/** Artifacts in parts, encrypted and cached, with GitHub's own clients and from one run to the next. No server is needed. */
const service = await startResultsService();
const recipient = await recipientTextOf('a');
afterEach(() => service.reset());
afterAll(() => service.close());

const otherRun = { ACTIONS_RUNTIME_TOKEN: runtimeToken('Actions.Results:run-2:job-1'), GITHUB_RUN_ID: '4712' };
const publicEvent = { repository: { private: false, visibility: 'public' } };
const encrypt = `, encrypt: { recipients: ["${recipient}"] }`;
const decrypt = ', decrypt: { identity: "${IDENTITY}" }';

async function makeSet(job: TestJob, bytes = 100_000): Promise<void> {
  const set = join(job.workspace, 'set');
  await job.write('set.partial/app.dir/toc.dat', 'toc');
  await job.write('set.partial/app.dir/1.dat', someBytes(bytes).toString('latin1'));
  await finishDumpSet(set, `${set}.partial`, manifest(['app']));
}

type Options = Parameters<TestJob['step']>[1];
const perform = (job: TestJob, step: string, options: Options = {}) =>
  job.step(
    { config: `version: 1\nconnections: { unused: { host: localhost } }\nsteps:\n  - ${step}\n` },
    { ...options, environment: { IDENTITY: identityOf('a'), ...options.environment } },
  );
const titles = (run: Awaited<ReturnType<typeof perform>>) => run.annotations.map(({ title }) => title);
const names = () => [...service.store.artifacts.values()].map(({ name }) => name).toSorted();
const parts = ', part-size: 50kB';
const same = async (job: TestJob) =>
  expect(await hashFolder(join(job.workspace, 'back'))).toEqual(await hashFolder(join(job.workspace, 'set')));

it('an encrypted dump set in parts is fetched by another run, and no secret is told', async () => {
  await using job = await openJob(service.environment);
  await makeSet(job);
  const published = await perform(job, `publish: { from: set, artifact: customers${parts}${encrypt} }`, {
    event: publicEvent,
  });
  expectExit(published, 0);
  const count = names().length - 1;
  expect(count).toBeGreaterThan(2);
  expect(names()[0]).toBe('customers');
  const fetched = await perform(job, `fetch: { artifact: customers, from: {}, to: back${decrypt} }`, {
    environment: otherRun,
  });
  expectExit(fetched, 0);
  await same(job);
  // The runner sees a secret once: where it is told to hide it.
  const told = (fetched.log + fetched.summary).split('\n').filter(line => !line.startsWith('::add-mask::'));
  expect(told.join('\n')).not.toContain(identityOf('a'));
  expect(told.join('\n')).not.toContain('sig=signature');
  const without = await perform(job, 'fetch: { artifact: customers, from: {}, to: other }', { environment: otherRun });
  expect(titles(without)).toEqual(['PGR146']);
  expect(await readdir(job.workspace)).not.toContain('other');
});

it('what is overwritten leaves no part behind', async () => {
  await using job = await openJob(service.environment);
  await makeSet(job);
  expectExit(await perform(job, `publish: { from: set, artifact: customers${parts} }`), 0);
  expect(names().length).toBeGreaterThan(3);
  expectExit(await perform(job, 'publish: { from: set, artifact: customers, part-size: 100kB, overwrite: true }'), 0);
  expect(names()).toEqual(['customers', 'customers.part-001', 'customers.part-002']);
  expectExit(await perform(job, 'publish: { from: set, artifact: customers, overwrite: true }'), 0);
  expect(names()).toEqual(['customers']);
  expectExit(await perform(job, 'fetch: { artifact: customers, to: back }'), 0);
  await same(job);
});

it.each([
  ['between its parts', 2],
  ['before its index', 4],
])('killed %s, it is no dump set', async (_, call) => {
  await using job = await openJob(service.environment);
  await makeSet(job);
  const killWhen = new Promise<void>(resolve => {
    service.inject(({ operation }) => {
      const calls = service.requests.filter(request => request.operation === 'FinalizeArtifact').length;
      if (operation !== 'FinalizeArtifact' || calls < call) return undefined;
      resolve();
      return { status: 503 };
    });
  });
  const run = await perform(job, `publish: { from: set, artifact: customers${parts} }`, { killWhen });
  expect(run.exitCode).toBeNull();
  service.inject(undefined);
  const fetched = await perform(job, 'fetch: { artifact: customers, from: {}, to: back }', { environment: otherRun });
  expect(titles(fetched)).toEqual(['PGR231']);
  expect(await readdir(job.workspace)).not.toContain('back');
});

it('parts go with what is pruned', async () => {
  await using job = await openJob(service.environment);
  await makeSet(job);
  expectExit(await perform(job, `publish: { from: set, artifact: customers${parts} }`), 0);
  expectExit(await perform(job, `publish: { from: set, artifact: customers${parts} }`, { environment: otherRun }), 0);
  const all = names().length;
  const prune = 'prune: { artifact: customers, keep: { last: 1 }, minimum: 0, dry-run: false }';
  expectExit(await perform(job, prune), 0);
  expect(names().length).toBe(all / 2);
});

it('a public repository publishes nothing unencrypted', async () => {
  await using job = await openJob(service.environment);
  await makeSet(job);
  const run = await perform(job, `publish: { from: set, artifact: customers${parts} }`, { event: publicEvent });
  expect(titles(run)).toEqual(['PGR140']);
  expect(service.requests).toEqual([]);
});

describe('the cache', () => {
  const fetch = (more = '') => `fetch: { artifact: customers, from: {}, to: back, cache: true${more} }`;
  /** How many blobs were read: parts of the artifact, or the entry of the cache. */
  const read = () => service.requests.filter(({ method, operation }) => method === 'GET' && isPart(operation)).length;
  const isPart = (blob: string) =>
    [...service.store.artifacts.values()].some(one => one.blob.id === blob && /part/.test(one.name));

  it('has it for the next run, and what is damaged there is fetched anew', async () => {
    await using job = await openJob(service.environment);
    await makeSet(job);
    expectExit(await perform(job, `publish: { from: set, artifact: customers${parts} }`), 0);
    expectExit(await perform(job, fetch()), 0);
    expect(service.store.caches.length).toBe(1);
    expect(read()).toBeGreaterThan(1);
    const before = read();
    // The folder of a runner is the same in each run, and the cache asks for it by that.
    await rm(join(job.workspace, 'back'), { recursive: true });
    const run = await perform(job, fetch(), { environment: otherRun });
    expectExit(run, 0);
    expect(run.log).toContain('the cache of an earlier run had it');
    expect(read()).toBe(before);

    const blob = service.store.caches[0]?.blob;
    if (blob === undefined) throw new Error('nothing is in the cache');
    const zstd = blob.content.readUInt32LE() === 0xfd2fb528;
    const tar = zstd ? zstdDecompressSync(blob.content) : gunzipSync(blob.content);
    tar.writeUInt8(tar.readUInt8(tar.length / 2) ^ 1, tar.length / 2);
    blob.content = zstd ? zstdCompressSync(tar) : gzipSync(tar);
    await rm(join(job.workspace, 'back'), { recursive: true });
    const again = await perform(job, fetch(), { environment: otherRun });
    expectExit(again, 0);
    expect(again.log).toContain('what the cache gave is not what was published');
    expect(read()).toBeGreaterThan(before);
    await same(job);
  });

  it('of a public repository gets only what is encrypted', async () => {
    await using job = await openJob(service.environment);
    await makeSet(job);
    expectExit(await perform(job, `publish: { from: set, artifact: customers${parts} }`), 0);
    const refused = await perform(job, fetch(), { event: publicEvent });
    expect(titles(refused)).toEqual(['PGR140']);
    expect(service.store.caches).toEqual([]);
    const sealed = `publish: { from: set, artifact: customers${parts}${encrypt}, overwrite: true }`;
    expectExit(await perform(job, sealed), 0);
    expectExit(await perform(job, fetch(decrypt), { event: publicEvent }), 0);
    expect(service.store.caches.length).toBe(1);
    await same(job);
  });
});
