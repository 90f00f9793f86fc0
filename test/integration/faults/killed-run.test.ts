import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { openSession } from '../../../src/postgres/session.ts';
import { takeBack } from '../../../src/run/take-back.ts';
import type { OpenSession } from '../../../src/steps/runtime.ts';
import { type Leftover, readLeftovers } from '../../../src/steps/undo.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type Place, runCli, startCli } from '../../support/cli.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { dropDatabase, parametersOf, queryOn, urlOf } from '../../support/servers.ts';
import {
  assertUnchanged,
  clusterState,
  declared,
  drillSteps,
  dumpSetOf,
  eventually,
  failure,
  intoData,
  longTables,
  makeShop,
  placeWith,
  type Step,
  sessionsOfRuns,
  startServer,
  struck,
  through,
  traces,
  urls,
} from './bench.ts';

let server: ThrowawayServer;
let before: readonly string[];

beforeAll(async () => {
  server = await startServer();
  await makeShop(server, longTables);
  await queryOn(server, 'shop', 'CREATE ROLE keeper; ALTER TABLE long_one OWNER TO keeper');
  before = await clusterState(server);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const openOnServer: OpenSession = (_, { database, signal } = {}) =>
  openSession(parametersOf(server, database ?? 'postgres'), {
    applicationName: 'the job afterwards',
    ...(signal === undefined ? {} : { signal }),
  });

/** The folder that the command line made for its run, and the journal in it. */
async function journalOf(place: Place): Promise<string> {
  const [folder = ''] = await readdir(place.temporary);
  return join(place.temporary, folder, 'journal');
}

describe('the run itself is killed', () => {
  afterEach(async () => {
    await assertUnchanged(server, before);
  });

  /** Kills a run in the middle of a table's data, lets the network go on, and takes back what its journal names. */
  async function killed(side: 'dump' | 'restore', steps: Step[]): Promise<readonly Leftover[]> {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: side === 'dump' ? 'from-server' : 'to-server',
      afterBytes: intoData,
    });
    await using place = await placeWith(declared({ steps }));
    const proxied =
      side === 'dump'
        ? { source: urlOf(through(server, proxy), 'shop') }
        : { target: urlOf(through(server, proxy), 'postgres') };
    const run = startCli(place, { environment: urls(server, proxied) });
    await struck(proxy, run);
    run.signal('SIGKILL');
    expect((await run.ended).exitCode).toBeNull();
    proxy.release();
    const journal = await journalOf(place);
    const leftovers = readLeftovers(journal);
    expect(await takeBack(leftovers, openOnServer)).toEqual([]);
    await eventually('the tools have noticed', async () => (await place.processes()).length === 0);
    await eventually('no session is left', async () => (await sessionsOfRuns(server)).length === 0);
    // A tool that was still at work must not have made a new folder under the old name.
    const dumped = side === 'restore' ? await dumpSetOf(place) : [];
    const [runFolder = ''] = await readdir(place.temporary);
    expect(await traces(place)).toEqual([
      ...(side === 'dump' ? ['workspace/dumps'] : dumped),
      `temporary/${runFolder}`,
      `temporary/${runFolder}/journal`,
    ]);
    return leftovers;
  }

  test.each<[string, Step]>([
    ['directory', { jobs: 2 }],
    ['custom', { format: 'custom' }],
  ])('in the middle of a dump, format %s', async (_, dump) => {
    const leftovers = await killed('dump', drillSteps('copy', { dump }));
    expect(leftovers.filter(one => one.kind !== 'path')).toEqual([]);
  });

  test('in the middle of a restore', async () => {
    const leftovers = await killed('restore', drillSteps());
    expect(leftovers).toContainEqual({ kind: 'database', connection: 'target', name: 'copy' });
  });

  test('in the middle of a restore that has made roles', async () => {
    await using other = await startServer();
    await using proxy = await startFaultProxy({
      upstream: other,
      fault: 'stall',
      counting: 'to-server',
      afterBytes: intoData,
    });
    await using place = await placeWith(declared({ steps: drillSteps('copy', { dump: { globals: true } }) }));
    const empty = await clusterState(other);
    const run = startCli(place, { environment: urls(server, { target: urlOf(through(other, proxy), 'postgres') }) });
    await struck(proxy, run);
    run.signal('SIGKILL');
    await run.ended;
    proxy.release();
    expect(await clusterState(other)).toEqual(expect.arrayContaining(['database copy', 'role keeper']));
    const remaining = await takeBack(readLeftovers(await journalOf(place)), (_, { database, signal } = {}) =>
      openSession(parametersOf(other, database ?? 'postgres'), {
        applicationName: 'the job afterwards',
        ...(signal === undefined ? {} : { signal }),
      }),
    );
    expect(remaining).toEqual([]);
    expect(await clusterState(other)).toEqual(empty);
  });
});

describe('two runs with the same dump set', () => {
  test('one begins while the other is at work', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'from-server',
      afterBytes: intoData,
    });
    await using place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'dumps/set' } }] }));
    const source = urlOf(through(server, proxy), 'shop');
    const first = startCli(place, { environment: urls(server, { source }) });
    await struck(proxy, first);
    const second = await runCli(place, { environment: urls(server) });
    expect(second).toMatchObject(
      failure('PGR131', /set\.partial exists: another run is writing it/, /wait for that run/),
    );
    proxy.release();
    expect(await first.ended).toMatchObject({ exitCode: 0 });
    await checkDumpSet(join(place.workspace, 'dumps/set'));
    expect(await readdir(join(place.workspace, 'dumps'))).toEqual(['set']);
    expect(await readdir(place.temporary)).toEqual([]);
  });

  test('both at once: one wins, and its proof holds', async () => {
    await using place = await placeWith(declared({ steps: drillSteps('copy', { restore: { temporary: true } }) }));
    const command = (name: string) => ['run', `--report-path=${place.report}-${name}`];
    const ends = await Promise.all(
      ['a', 'b', 'c'].map(name => runCli(place, { environment: urls(server), command: command(name) })),
    );
    expect(ends.filter(end => end.exitCode === 0)).toHaveLength(1);
    for (const end of ends.filter(one => one.exitCode !== 0))
      expect(end).toMatchObject({ exitCode: 4, output: expect.stringContaining('PGR131') });
    await checkDumpSet(join(place.workspace, 'dumps/set'));
    expect(await readdir(place.workspace)).toEqual(expect.arrayContaining(['dumps', 'published']));
    expect(await readdir(join(place.workspace, 'dumps'))).toEqual(['set']);
    expect(await readdir(place.temporary)).toEqual([]);
    expect(await clusterState(server)).toEqual(before);
  });

  test('two runs that would make the same copy: one wins, and the other leaves it alone', async () => {
    await using proxy = await startFaultProxy({
      upstream: server,
      fault: 'stall',
      counting: 'to-server',
      afterBytes: intoData,
    });
    await using one = await placeWith(declared({ steps: drillSteps() }));
    await using other = await placeWith(declared({ steps: drillSteps() }));
    const target = urlOf(through(server, proxy), 'postgres');
    const first = startCli(one, { environment: urls(server, { target }) });
    await struck(proxy, first);
    const second = await runCli(other, { environment: urls(server) });
    expect(second).toMatchObject(failure('PGR163', /"copy" is in use/, /database of its own/));
    proxy.release();
    expect(await first.ended).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
    await dropDatabase(server, 'copy');
  });
});
