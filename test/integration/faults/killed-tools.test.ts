import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliRun, type Place, startCli } from '../../support/cli.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { processesAreVisible } from '../../support/processes.ts';
import { dropDatabase, urlOf } from '../../support/servers.ts';
import {
  assertUnchanged,
  clusterState,
  declared,
  drillSteps,
  eventually,
  failure,
  intoData,
  longTables,
  makeShop,
  placeWith,
  type Step,
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
  before = await clusterState(server);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

afterEach(async () => {
  await assertUnchanged(server, before);
});

/** Halts a drill in the middle of a table's data, where it would stay until its stall limit of two minutes. */
async function halted(
  side: 'dump' | 'restore',
  steps: Step[],
  act: (run: CliRun, place: Place, proxy: FaultProxy) => Promise<void>,
  { retries = 0, kept = side === 'dump' ? /^$/ : /^workspace\/dumps/ } = {},
) {
  const counting = side === 'dump' ? 'from-server' : 'to-server';
  await using proxy = await startFaultProxy({ upstream: server, fault: 'stall', counting, afterBytes: intoData });
  await using place = await placeWith(declared({ retries, steps }));
  const proxied =
    side === 'dump'
      ? { source: urlOf(through(server, proxy), 'shop') }
      : { target: urlOf(through(server, proxy), 'postgres') };
  const run = startCli(place, { environment: urls(server, proxied) });
  await struck(proxy, run);
  await act(run, place, proxy);
  const end = await run.ended;
  expect((await traces(place)).filter(path => !kept.test(path))).toEqual([]);
  return end;
}

/** The tool that the run itself has started; with parallel jobs, their leader. */
async function toolOf(run: CliRun, place: Place, program: string): Promise<number> {
  const tools = (await place.processes()).filter(one => one.program === program && one.parent === run.pid);
  expect(tools).toHaveLength(1);
  return tools[0]?.pid ?? Number.NaN;
}

describe.skipIf(!processesAreVisible)('a tool is killed', () => {
  test.each([
    ['pg_dump', 'dump', { dump: { format: 'custom' } }, 1],
    ['pg_dump', 'dump', { dump: { jobs: 2 } }, 3],
    ['pg_restore', 'restore', { restore: { jobs: 1 } }, 1],
    ['pg_restore', 'restore', { restore: { jobs: 2 } }, 3],
  ] as const)(
    '%s in the middle of a %s, %o: its %i processes are gone at once',
    async (program, side, options, count) => {
      const steps = drillSteps('copy', options);
      const end = await halted(side, steps, async (run, place) => {
        await eventually('all processes are there', async () => {
          const tools = (await place.processes()).filter(one => one.program === program);
          return tools.length === count;
        });
        process.kill(await toolOf(run, place, program), 'SIGKILL');
      });
      expect(end).toMatchObject(failure('PGR211', new RegExp(`${program} was ended by SIGKILL`), /out of memory/));
    },
  );

  test('a worker of parallel jobs', async () => {
    const end = await halted('dump', drillSteps('copy', { dump: { jobs: 2 } }), async (run, place) => {
      const leader = await toolOf(run, place, 'pg_dump');
      const workers = (await place.processes()).filter(one => one.parent === leader);
      expect(workers).toHaveLength(2);
      for (const { pid } of workers) process.kill(pid, 'SIGKILL');
    });
    expect(end).toMatchObject(failure('PGR210', /worker process died unexpectedly/, /./));
  });
});

describe('the server is stopped at once', () => {
  test('in the middle of a dump', async () => {
    const end = await halted('dump', drillSteps(), async (_run, _place, proxy) => {
      await server.stop('immediate');
      proxy.release();
    });
    await server.restart('immediate');
    expect(end).toMatchObject(failure('PGR204', /was lost/, /log of the server/));
  });

  test('in the middle of a restore, and stays away: the half of a copy is named', async () => {
    const end = await halted('restore', drillSteps(), async (_run, _place, proxy) => {
      await server.stop('immediate');
      proxy.release();
    });
    await server.restart('immediate');
    expect(end).toMatchObject(failure('PGR204', /was lost/, /log of the server/));
    expect(end.output).toMatch(/database "copy" of target could not be dropped/);
    expect(await clusterState(server)).toContain('database copy');
    await dropDatabase(server, 'copy');
  });

  test.each(['dump', 'restore'] as const)('in the middle of a %s, and comes back: it begins anew', async side => {
    const steps = drillSteps('copy', { restore: { temporary: true } });
    const act = async (_run: CliRun, _place: Place, proxy: FaultProxy) => {
      await server.stop('immediate');
      proxy.release();
      // Longer than the first look for it.
      await delay(1_500);
      await server.restart('immediate');
    };
    const end = await halted(side, steps, act, { retries: 1, kept: /^workspace\/(dumps|published)/ });
    expect(end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
    expect(end.output).toMatch(/begun anew after \d+ s \(1 of at most 1 times\), as it failed: PGR204/);
  });

  test('in the middle of a restore, and comes back', async () => {
    const end = await halted('restore', drillSteps(), async (_run, _place, proxy) => {
      await server.stop('immediate');
      proxy.release();
      await server.restart('immediate');
    });
    expect(end).toMatchObject(failure('PGR204', /was lost/, /log of the server/));
    expect(end.output).not.toMatch(/could not be dropped/);
  });
});
