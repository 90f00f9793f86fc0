import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startResultsService } from '../../support/results-service.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { expectExit, openJob } from './job.ts';

const service = await startResultsService();
const server = await sharedServer();
afterEach(() => service.reset());
afterAll(() => service.close());

const publicEvent = { repository: { private: false, visibility: 'public' } };
const source = () => freshDatabase(server, { sql: 'create table customer (id int primary key)' });

function inputs(database: FreshDatabase, more: Readonly<Record<string, string>> = {}) {
  return { 'source-url': database.url, artifact: 'customers', ...more };
}

describe('a public repository', () => {
  it('refuses to publish before anything is dumped', async () => {
    await using database = await source();
    await using job = await openJob(service.environment);
    const run = await job.step(inputs(database), { event: publicEvent });
    expectExit(run, 4);
    expect(run.outputs).toMatchObject({ verdict: 'failed', 'exit-code': '4', 'artifact-id': '', 'dump-path': '' });
    expect(run.annotations).toEqual([expect.objectContaining({ level: 'error', title: 'PGR140' })]);
    expect(service.requests).toEqual([]);
    expect(await readdir(job.workspace)).toEqual([]);
  });

  it('publishes when the file says why, and the report repeats it', async () => {
    await using database = await source();
    await using job = await openJob(service.environment);
    const reason = 'only invented people are in it';
    const run = await job.step(inputs(database, { 'allow-public': reason }), { event: publicEvent });
    expectExit(run, 0);
    expect(run.outputs['artifact-name']).toBe('customers');
    expect(run.log).toContain(reason);
    expect(run.summary).toContain(reason);
    expect(run.summary).toMatch(/^\| – packing of customers \|.*\n\| – upload of customers \|/m);
  });
});

describe('what cannot be published', () => {
  const days = { 'retention-days': '91' };
  it.each([
    ['too long a retention', days, {}, 2, 'PGR133'],
    ['a name that artifacts cannot have', { artifact: 'customers:all' }, {}, 2, 'PGR132'],
    ['a job without the artifact service', {}, { ACTIONS_RUNTIME_TOKEN: undefined }, 1, 'PGR230'],
  ])('%s is told before anything is dumped', async (_, more, environment, exitCode, code) => {
    await using database = await source();
    await using job = await openJob(service.environment);
    const run = await job.step(inputs(database, more), { environment });
    expectExit(run, exitCode);
    expect(run.annotations.map(({ title }) => title)).toEqual([code]);
    expect(service.requests).toEqual([]);
    expect(await readdir(job.workspace)).toEqual([]);
  });

  it('a second artifact of one name fails, and leaves the dump set in place', async () => {
    await using database = await source();
    await using job = await openJob(service.environment);
    expectExit(await job.step(inputs(database)), 0);
    const run = await job.step(inputs(database, { 'dump-path': 'dumps/again' }));
    expectExit(run, 1);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR230']);
    expect(await readdir(`${job.workspace}/dumps`)).toEqual(['again', 'pg-roundtrip']);
    expect(run.outputs['dump-path']).toBe(`${job.workspace}/dumps/again`);
  });
});

it('the retention is passed on', async () => {
  await using database = await source();
  await using job = await openJob(service.environment);
  expectExit(await job.step(inputs(database, { 'retention-days': '7' })), 0);
  const created = service.requests.find(request => request.operation === 'CreateArtifact');
  const days = (Date.parse(String(created?.json['expires_at'])) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(7);
});
