import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { find } from '@actions/tool-cache';
import { extract } from 'tar-stream';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { LockedSet } from '../../../src/client/lock/lock.ts';
import { packageFile } from '../../../src/client/sealed/package-store.ts';
import { sealedRoot, toolName } from '../../../src/client/sealed-clients.ts';
import type { ActionRun } from '../../support/action-runner.ts';
import type { Blob } from '../../support/results-service/store.ts';
import { failure, startResultsService } from '../../support/results-service.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { expectExit, openJob, shownLog, type TestJob } from '../action/job.ts';
import { keptPackages } from '../sealed/real-set.ts';
import { fetchable, mirrorOf } from './package-mirror.ts';

const { set, other, absent } = await fetchable();
const service = await startResultsService();
afterEach(() => {
  service.reset();
  vi.unstubAllEnvs();
});
afterAll(() => service.close());

/** Jobs on machines of their own that share nothing but the CI's cache: each begins with an empty tool cache. */
interface Jobs extends AsyncDisposable {
  readonly job: TestJob;
  /** Packages that the mirror was asked for, from the last job on. */
  readonly fetched: () => number;
  readonly emptyMachine: () => Promise<string>;
  readonly run: (tools: string, environment?: Readonly<Record<string, string>>, major?: number) => Promise<ActionRun>;
}

async function openJobs(database: FreshDatabase, sets: readonly LockedSet[] = [set]): Promise<Jobs> {
  const mirror = await mirrorOf(...sets);
  const job = await openJob({ ...service.environment, PG_ROUNDTRIP_CLIENT_MIRRORS: mirror.url });
  let count = 0;
  let before = 0;
  return {
    job,
    fetched: () => mirror.asked.length - before,
    async emptyMachine() {
      await rm(join(job.temporary, 'pg-roundtrip-packages'), { recursive: true, force: true });
      return await mkdtemp(join(job.temporary, 'tools-'));
    },
    run(tools, environment = {}, major = set.major) {
      before = mirror.asked.length;
      count += 1;
      return job.step(
        { 'source-url': database.url, 'client-version': String(major), 'dump-path': `dumps/${count}` },
        { environment: { RUNNER_TOOL_CACHE: tools, ...environment } },
      );
    },
    async [Symbol.asyncDispose]() {
      await job[Symbol.asyncDispose]();
      await mirror[Symbol.asyncDispose]();
    },
  };
}

const source = async () => freshDatabase(await sharedServer(), { sql: 'create table customer (id int primary key)' });
const cacheRequests = () =>
  service.requests.filter(({ path }) => path.includes('.CacheService/')).map(({ operation }) => operation);

/** The one entry of the cache, unpacked, changed and packed again. */
function changeEntry(change: (tar: Buffer) => void): void {
  const blob = onlyBlob();
  const zstd = blob.content.readUInt32LE() === 0xfd2fb528;
  const tar = zstd ? zstdDecompressSync(blob.content) : gunzipSync(blob.content);
  change(tar);
  blob.content = zstd ? zstdCompressSync(tar) : gzipSync(tar);
}

/** Names of the files in an entry of the cache. */
async function filesIn({ content }: Blob): Promise<readonly string[]> {
  const tar = extract();
  tar.end(content.readUInt32LE() === 0xfd2fb528 ? zstdDecompressSync(content) : gunzipSync(content));
  const names: string[] = [];
  for await (const entry of tar) {
    if (entry.header.type === 'file') names.push(basename(entry.header.name));
    entry.resume();
  }
  return names.toSorted();
}

function onlyBlob(): Blob {
  const [entry, ...others] = service.store.caches;
  if (entry === undefined || others.length > 0) throw new Error(`${service.store.caches.length} cache entries`);
  return entry.blob;
}

describe.skipIf(absent !== undefined)('the cache of the CI', () => {
  it('takes the packages of a first job and spares the second all requests', async () => {
    await using database = await source();
    await using jobs = await openJobs(database);
    const first = await jobs.run(await jobs.emptyMachine());
    expectExit(first, 0);
    expect(jobs.fetched()).toBe(set.packages.length);
    expect(shownLog(first)).toMatch(new RegExp(`${set.packages.length} packages, .* fetched; installed in`));
    expect(service.store.caches.map(({ key, finished }) => [key, finished])).toEqual([
      [expect.stringMatching(`^pg-roundtrip-client-1-linux-${set.architecture}-${set.major}-[0-9a-f]{16}$`), true],
    ]);

    const tools = await jobs.emptyMachine();
    const second = await jobs.run(tools);
    expectExit(second, 0);
    expect(jobs.fetched()).toBe(0);
    expect(shownLog(second)).toContain('from the cache; installed in');

    const third = await jobs.run(tools);
    expectExit(third, 0);
    expect(jobs.fetched()).toBe(0);
    expect(shownLog(third)).toContain('there already, every file checked in');
    expect(cacheRequests().filter(operation => operation === 'CreateCacheEntry')).toHaveLength(1);
  });

  it('has an entry for each client, with its own packages alone', async context => {
    if (other === undefined) return context.skip('all other clients are installed on this machine');
    await using database = await source();
    const both = [set, other];
    await using jobs = await openJobs(database, both);
    const tools = await jobs.emptyMachine();
    for (const { major } of both) expectExit(await jobs.run(tools, {}, major), 0);
    const entries = await Promise.all(service.store.caches.map(({ blob }) => filesIn(blob)));
    expect(entries).toEqual(both.map(({ packages }) => packages.map(one => basename(packageFile('', one))).toSorted()));

    const later = await jobs.emptyMachine();
    for (const { major } of both) {
      expectExit(await jobs.run(later, {}, major), 0);
      expect(jobs.fetched()).toBe(0);
    }
    return undefined;
  });

  it('cannot slip in a package: one changed byte and that package is fetched anew', async () => {
    await using database = await source();
    await using jobs = await openJobs(database);
    expectExit(await jobs.run(await jobs.emptyMachine()), 0);
    const [largest] = set.packages.toSorted((left, right) => right.bytes - left.bytes);
    if (largest === undefined) throw new Error('an empty set');
    const bytes = await readFile(packageFile(keptPackages.folder, largest));
    changeEntry(tar => {
      const at = tar.indexOf(bytes) + Math.floor(bytes.length / 2);
      tar.writeUInt8(tar.readUInt8(at) ^ 1, at);
    });
    const run = await jobs.run(await jobs.emptyMachine());
    expectExit(run, 0);
    expect(jobs.fetched()).toBe(1);
    expect(shownLog(run)).toMatch(/ 1 package, .* fetched; installed in/);
  });

  it('does not stop a job by an entry that is damaged', async () => {
    await using database = await source();
    await using jobs = await openJobs(database);
    expectExit(await jobs.run(await jobs.emptyMachine()), 0);
    const blob = onlyBlob();
    const sound = blob.content;
    const damaged: Readonly<Record<string, Buffer>> = {
      'cut off': sound.subarray(0, sound.length / 2),
      'no archive': Buffer.alloc(sound.length, 'x'),
      'with one byte changed as it lies': Buffer.from(sound).fill((sound.at(5_000) ?? 0) ^ 1, 5_000, 5_001),
    };
    for (const [damage, content] of Object.entries(damaged)) {
      blob.content = content;
      expectExit(await jobs.run(await jobs.emptyMachine()), 0);
      expect(jobs.fetched(), damage).toBeGreaterThan(0);
    }
  });

  it.each([
    ['down', 503, 'the cache could not be read: no answer'],
    ['forbidden', 403, 'fetched; installed in'],
  ])('does not stop a job when it is %s', async (_, status, words) => {
    await using database = await source();
    await using jobs = await openJobs(database);
    service.inject(({ path }) => (path.includes('.CacheService/') ? failure(status, 'unavailable', 'no') : undefined));
    const run = await jobs.run(await jobs.emptyMachine());
    expectExit(run, 0);
    expect(jobs.fetched()).toBe(set.packages.length);
    expect(shownLog(run)).toContain(words);
  });

  it('is not written where the job may only read it', async () => {
    await using database = await source();
    await using jobs = await openJobs(database);
    const run = await jobs.run(await jobs.emptyMachine(), { ACTIONS_CACHE_MODE: 'read' });
    expectExit(run, 0);
    expect(jobs.fetched()).toBe(set.packages.length);
    expect(cacheRequests()).not.toContain('CreateCacheEntry');
  });
});

describe.skipIf(absent !== undefined)('the tool cache of a machine', () => {
  it('serves two jobs at once, and both end well', async () => {
    await using database = await source();
    await using one = await openJobs(database);
    await using other = await openJobs(database);
    const tools = await one.emptyMachine();
    for (const run of await Promise.all([one.run(tools), other.run(tools)])) expectExit(run, 0);
    const [folder] = await readdir(tools);
    const [version] = await readdir(join(tools, folder ?? ''));
    const { processor } = toolName(set);
    expect(await readdir(join(tools, folder ?? '', version ?? ''))).toEqual([processor, `${processor}.complete`]);
  });

  it('shows a sound client to every step that asks it', async () => {
    await using database = await source();
    await using jobs = await openJobs(database);
    const tools = await jobs.emptyMachine();
    const { tool, version, processor } = toolName(set);
    const found = () => [find(tool, version, processor), find(tool, `${set.major}.x`), find(tool, '9.x')];
    vi.stubEnv('RUNNER_TOOL_CACHE', tools);
    expect(found()).toEqual(['', '', '']);
    expectExit(await jobs.run(tools), 0);
    const root = sealedRoot(tools, set);
    expect(found()).toEqual([root, root, '']);

    await rm(join(root, 'bin/psql'));
    await rm(`${root}.complete`);
    const run = await jobs.run(tools);
    expectExit(run, 0);
    expect(shownLog(run)).toContain('from the cache; installed in');
    expect(found()).toEqual([root, root, '']);
    expect(existsSync(join(root, 'bin/psql'))).toBe(true);
  });

  it('never starts a changed file, and never loads a library that was added', async () => {
    await using database = await source();
    await using jobs = await openJobs(database);
    const tools = await jobs.emptyMachine();
    expectExit(await jobs.run(tools), 0);
    const root = sealedRoot(tools, set);
    const loader = (await readdir(join(root, 'lib'))).find(file => file.startsWith('ld-linux'));
    const mark = join(jobs.job.temporary, 'started');
    for (const name of ['libexec/pg_dump', 'lib/libpq.so.5', 'bin/pg_dump', `lib/${loader}`, 'MANIFEST.json']) {
      const file = join(root, name);
      const sound = await readFile(file);
      // Another program in its place: whoever starts it leaves a mark.
      await writeFile(file, `#!/bin/sh\ntouch '${mark}'\n`);
      expectExit(await jobs.run(tools), 0);
      expect(existsSync(mark), name).toBe(false);
      expect((await readFile(file)).equals(sound), name).toBe(true);
      expect(jobs.fetched(), name).toBe(0);
    }

    const added = join(root, 'lib/libnss_more.so.2');
    await appendFile(added, 'anything');
    expectExit(await jobs.run(tools), 0);
    expect(existsSync(added)).toBe(false);
  });
});
