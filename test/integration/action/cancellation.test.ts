import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dropDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { expectExit, openJob, type TestJob } from './job.ts';
import { databaseExists, holdableSchema, sessionsIn, slowToRestore, untilSession, whileHeld } from './waiting.ts';

const server = await sharedServer();
const copies: string[] = [];
afterEach(async () => {
  for (const name of copies.splice(0)) await dropDatabase(server, name);
});

const waitingInDump = "wait_event_type = 'Lock' and query like '%held%'";
const buildingIndex = "query like '%CREATE INDEX%'";

/** What a run keeps in the folder for temporary files, its report aside. */
async function privateFolders(job: TestJob): Promise<readonly string[]> {
  const names = await readdir(job.temporary);
  return names.filter(name => name.startsWith('pg-roundtrip-') && !name.startsWith('pg-roundtrip-report-'));
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
