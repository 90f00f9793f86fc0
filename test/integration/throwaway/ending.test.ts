import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { takeBack } from '../../../src/run/take-back.ts';
import { readLeftovers } from '../../../src/steps/undo.ts';
import type { CliRun, Place } from '../../support/cli.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { declared, placeWith, says, serverTraces, start } from './bench.ts';

const sql = 'CREATE TABLE customer (id int PRIMARY KEY)';

/** A run that restores and then stands still in a session on the throwaway server. */
function standing(source: FreshDatabase, last = 'SELECT pg_sleep(600)', more: object = {}): Promise<Place> {
  const steps = [
    { dump: { from: 'source', to: 'dumps/set' } },
    { restore: { into: 'scratch', as: { [source.name]: 'copy' } } },
    { sql: { on: 'scratch', database: 'copy', run: last } },
  ];
  return placeWith(declared({ steps, ...more }));
}

const source = await freshDatabase(await sharedServer(), { sql });
afterAll(() => source[Symbol.asyncDispose]());

/** Waits until the run's last step is at work, and asserts that the server runs then. */
async function untilStanding(run: CliRun, place: Place): Promise<void> {
  await says(run, /== sql on scratch/);
  expect((await serverTraces(place)).filter(line => line.includes(' -D '))).toHaveLength(1);
  await delay(300);
}

describe('nothing is left of the server', () => {
  test('when a step fails', async () => {
    await using place = await standing(source, 'SELECT 1 / 0');
    const end = await start(place, source.url).ended;
    expect(end).toMatchObject({ exitCode: 1, problem: { code: 'PGR205' }, report: { databases: [] } });
    expect(await serverTraces(place)).toEqual([]);
  });

  test('when the run is out of time', async () => {
    await using place = await standing(source, undefined, { timeouts: { total: '8s' } });
    const end = await start(place, source.url).ended;
    expect(end).toMatchObject({ exitCode: 5, problem: { code: 'PGR501' } });
    expect(await serverTraces(place)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s', async signal => {
    await using place = await standing(source);
    const run = start(place, source.url);
    await untilStanding(run, place);
    run.signal(signal);
    expect(await run.ended).toMatchObject({ exitCode: 130, problem: { code: 'PGR600' } });
    expect(await serverTraces(place)).toEqual([]);
  });

  test.each([0, 200, 400])('after SIGINT %i ms after it is begun', async milliseconds => {
    await using place = await standing(source);
    const run = start(place, source.url);
    await says(run, /== throwaway server/);
    await delay(milliseconds);
    run.signal('SIGINT');
    expect(await run.ended).toMatchObject({ exitCode: 130, problem: { code: 'PGR600' } });
    expect(await serverTraces(place)).toEqual([]);
  });

  test('after a second SIGINT, which ends the run at once', async () => {
    await using place = await standing(source);
    const run = start(place, source.url);
    await untilStanding(run, place);
    run.signal('SIGINT');
    await delay(5);
    run.signal('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    expect(await serverTraces(place)).toEqual([]);
  });

  test.each([
    ['while it serves', /== sql on scratch/],
    ['while it is made', /== throwaway server/],
  ])('when the run is killed: %s', async (_, moment) => {
    await using place = await standing(source);
    const run = start(place, source.url);
    await says(run, moment);
    await delay(300);
    run.signal('SIGKILL');
    expect((await run.ended).exitCode).toBeNull();
    const journal = await journalOf(place);
    const folder = join('temporary', journal.split('/').at(-2) ?? '');
    // It ends by itself; what else the journal names still has to be taken back.
    const ofServer = async () => (await serverTraces(place)).filter(trace => !trace.startsWith(folder));
    await expect.poll(ofServer, { timeout: 20_000 }).toEqual([]);
    const noSession = () => Promise.reject(new Error('what is on the server goes with it'));
    expect(await takeBack(readLeftovers(journal), noSession)).toEqual([]);
    expect(await serverTraces(place)).toEqual([folder, join(folder, 'journal')]);
  });
});

async function journalOf({ temporary }: Place): Promise<string> {
  const journal = (await readdir(temporary, { recursive: true })).find(path => path.endsWith('journal'));
  if (journal === undefined) throw new Error('the run has no journal');
  return join(temporary, journal);
}
