import { chmod, readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { ActionRun } from '../../support/action-runner.ts';
import { allCommandLines } from '../../support/processes.ts';
import { keptClients } from '../../support/sealed.ts';
import { type FreshDatabase, freshDatabase, serverMajors, sharedServer } from '../../support/servers.ts';
import { expectExit, openJob, shownLog, type TestJob } from '../action/job.ts';

const trackingId = 'github_the-job-of-this-test';

/** A job whose folder for temporary files the user of a server can enter, as on a runner. */
async function openRunnerJob(): Promise<TestJob> {
  const job = await openJob({ RUNNER_TRACKING_ID: trackingId, RUNNER_TOOL_CACHE: keptClients['XDG_CACHE_HOME'] });
  await chmod(dirname(job.temporary), 0o711);
  return job;
}

function freshShop(major?: number): Promise<FreshDatabase> {
  return sharedServer(major).then(server =>
    freshDatabase(server, {
      sql: 'create table customer (id int primary key); insert into customer select generate_series(1, 500)',
    }),
  );
}

/** What a later step does with the outputs. */
async function query({ outputs }: ActionRun, sql: string): Promise<unknown> {
  const url = new URL(outputs['database-url'] ?? '');
  url.password = outputs['database-password'] ?? '';
  const client = new pg.Client(url.href);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Servers that the job has started, and what they have started. */
async function serversOf({ temporary }: TestJob): Promise<readonly string[]> {
  return (await allCommandLines()).filter(line => line.includes(temporary)).map(line => line.replaceAll('\0', ' '));
}

/**
 * Folders of servers, and private ones of runs. Reports are for later steps and packages for the CI's cache: they stay
 * until the runner empties the folder.
 */
async function foldersOf({ temporary }: TestJob): Promise<readonly string[]> {
  return (await readdir(temporary)).filter(name => /^pg-roundtrip-(?!report|packages)/.test(name));
}

async function environmentOf(commandLine: string): Promise<readonly string[]> {
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const found = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (found.replaceAll('\0', ' ') === commandLine)
      return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  }
  return [];
}

describe.each(serverMajors)('the short form, major %i', major => {
  test('makes a copy that later steps of the job can use, and post takes it away', async () => {
    await using source = await freshShop(major);
    await using job = await openRunnerJob();
    const inputs = { 'source-url': source.url, 'target-url': 'throwaway', 'target-database': 'copy' };
    const run = await job.step(inputs);
    expectExit(run, 0);
    const { verdict, 'database-url': url = '', 'database-password': password = '' } = run.outputs;
    expect(verdict).toBe('passed');
    expect(url).toMatch(/^postgresql:\/\/postgres@127\.0\.0\.1:\d+\/copy$/);
    expect(await query(run, 'select count(*)::int as count from customer')).toEqual([{ count: 500 }]);
    expect(await query(run, 'show server_version')).toMatchObject([
      { server_version: expect.stringMatching(`^${major}\\b`) },
    ]);

    expect(password).not.toBe('');
    expect(run.masks).toContain(password);
    const report = await readFile(`${run.outputs['report-path']}/report.json`, 'utf8');
    for (const text of [shownLog(run), run.summary, report]) expect(text).not.toContain(password);

    const [server = '', ...others] = (await serversOf(job)).filter(line => line.includes(' -D '));
    expect(others).toEqual([]);
    expect(await environmentOf(server)).toContain(`RUNNER_TRACKING_ID=${trackingId}`);
    expect((await environmentOf(server)).join()).not.toMatch(/INPUT_|GITHUB_/);

    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations).toEqual([]);
    expect(await serversOf(job)).toEqual([]);
    expect(await foldersOf(job)).toEqual([]);
  });
});

describe('post', () => {
  test('needs neither the declared file nor the source to take a server away', async () => {
    await using source = await freshShop();
    await using job = await openRunnerJob();
    await job.write(
      'drill.yml',
      JSON.stringify({
        version: 1,
        connections: { shop: { url: '${SHOP_URL}' }, scratch: { throwaway: true } },
        steps: [
          { dump: { from: 'shop', to: 'dumps/a' } },
          { restore: { into: 'scratch', temporary: true } },
          { verify: {} },
        ],
      }),
    );
    const run = await job.step({ config: 'drill.yml' }, { environment: { SHOP_URL: source.url } });
    expectExit(run, 0);
    expect(run.outputs['database-name']).toBe(source.name);
    await job.write('drill.yml', 'no longer a declared file');
    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations).toEqual([]);
    expect(await serversOf(job)).toEqual([]);
    expect(await foldersOf(job)).toEqual([]);
  });

  test.each<readonly [string, RegExp, 'cancelWhen' | 'killWhen', number | null]>([
    ['was cancelled while the server was made', /initdb/, 'cancelWhen', 130],
    ['was cancelled when it served', /postgres.* -p \d+/, 'cancelWhen', 130],
    ['was killed while the server was made', /initdb/, 'killWhen', null],
    ['was killed when it served', /postgres.* -p \d+/, 'killWhen', null],
  ])('takes away what main has left that %s', async (_, process, way, exitCode) => {
    await using source = await freshShop();
    await source.query(slowToDump);
    await using job = await openRunnerJob();
    const inputs = { 'source-url': source.url, 'target-url': 'throwaway', 'target-database': 'copy' };
    const run = await job.step(inputs, {
      [way]: until(async () => (await serversOf(job)).some(line => process.test(line))),
    });
    expectExit(run, exitCode);
    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations).toEqual([]);
    expect(await serversOf(job)).toEqual([]);
    expect(await foldersOf(job)).toEqual([]);
  });
});

/** Rows enough for a run that is still at work when it is looked for. */
const slowToDump = `insert into customer select generate_series(501, 200000)`;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10);
}
