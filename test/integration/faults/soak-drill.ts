import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { openSession } from '../../../src/postgres/session.ts';
import { takeBack } from '../../../src/run/take-back.ts';
import { writtenForms } from '../../../src/secret.ts';
import { readLeftovers } from '../../../src/steps/undo.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliEnd, type CliRun, type Place, startCli } from '../../support/cli.ts';
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts';
import { dropDatabase, parametersOf, queryOn, urlOf, withClient } from '../../support/servers.ts';
import { clusterState, declared, drillSteps, eventually, placeWith, sessionsOfRuns, through, traces } from './bench.ts';

export interface Servers {
  readonly source: ThrowawayServer;
  readonly target: ThrowawayServer;
}

/** One drill of a soak: what is drawn for it. */
export interface Draw {
  readonly fault: (typeof faultKinds)[number];
  readonly side: keyof Servers;
  /** After how many bytes a connection breaks; and how many milliseconds after the first step began all else happens. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly everyTime: boolean;
  readonly format: 'directory' | 'custom' | 'plain';
  readonly level: 'counts' | 'content';
  readonly retries: number;
}

export const faultKinds = [
  'none',
  'end',
  'reset',
  'stall',
  'silence',
  'SIGINT',
  'SIGTERM',
  'two SIGINT',
  'SIGKILL',
  'kill a tool',
  'end a session',
  'restart the server',
  'lock a table',
] as const;

/** Numbers that look random and are the same for the same seed. */
export function seeded(seed: number): (limit: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return limit => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** What each of `count` drills is about. All kinds of faults come before one comes again. */
export function draws(count: number, seed: number): readonly Draw[] {
  const random = seeded(seed);
  const kinds: (typeof faultKinds)[number][] = [];
  return Array.from({ length: count }, () => {
    if (kinds.length === 0) kinds.push(...faultKinds);
    const [fault = 'none'] = kinds.splice(random(kinds.length), 1);
    return {
      fault,
      side: random(2) === 0 ? 'source' : 'target',
      bytes: 1_000 + random(2_500_000),
      milliseconds: random(3_000),
      everyTime: random(3) === 0,
      format: (['directory', 'custom', 'plain'] as const)[random(3)] ?? 'custom',
      level: random(2) === 0 ? 'counts' : 'content',
      retries: random(3) === 0 ? 0 : 1,
    };
  });
}

/** How a drill ended, and what it did not keep of what is promised; nothing, if all is well. */
export interface Drilled {
  readonly ending: string;
  readonly broken: readonly string[];
}

export async function drillOnce(servers: Servers, draw: Draw): Promise<Drilled> {
  const before = await Promise.all(Object.values(servers).map(clusterState));
  const { fault, side, format, level, retries, bytes, everyTime } = draw;
  const isNetwork = (['end', 'reset', 'stall', 'silence'] as const).find(kind => kind === fault);
  const kind: Fault = isNetwork === undefined || isNetwork === 'silence' ? 'stall' : isNetwork;
  await using proxy = await startFaultProxy({
    upstream: servers[side],
    fault: kind,
    counting: side === 'source' ? 'from-server' : 'to-server',
    afterBytes: isNetwork === undefined ? Number.POSITIVE_INFINITY : bytes,
    scope: fault === 'silence' ? 'everything' : 'connection',
    ...(everyTime ? {} : { strikes: 1 }),
  });
  const [dump = {}, restore = {}, , publish = {}] = drillSteps('copy', {
    dump: { globals: true, format, ...(format === 'plain' && level === 'content' ? { 'content-hash': true } : {}) },
    restore: { temporary: true },
  });
  await using place = await placeWith(
    declared({
      timeouts: { connect: '5s', stall: '4s', lock: '1s' },
      retries,
      steps: [dump, restore, { verify: { level } }, publish],
    }),
  );
  const at = (one: keyof Servers) => (one === side ? through(servers[one], proxy) : servers[one]);
  const environment = { SOURCE_URL: urlOf(at('source'), 'shop'), TARGET_URL: urlOf(at('target'), 'postgres') };
  const run = startCli(place, { environment });
  const [end] = await Promise.all([run.ended, act(draw, servers, run, place)]);
  proxy.release();
  const broken = [
    ...endingFaults(draw, end),
    ...(end.exitCode === null ? await afterKill(place, servers) : await foldersLeft(place)),
    ...(await dumpSetFaults(place)),
    ...secretsIn(end, servers),
    ...(await leftOnServers(servers, before, end)),
  ];
  return { ending: `${end.exitCode ?? 'killed'} ${end.problem?.code ?? end.report?.verdict ?? ''}`, broken };
}

/** Does what is no fault of the network, at its moment, if the run lasts so long. */
async function act({ fault, side, milliseconds }: Draw, servers: Servers, run: CliRun, place: Place): Promise<void> {
  const server = servers[side];
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  const happens = (what: () => Promise<boolean> | boolean) =>
    eventually('its moment', async () => isOver || (await what()));
  await happens(() => run.output() !== '');
  await Promise.race([delay(milliseconds), run.ended]);
  switch (fault) {
    case 'SIGINT':
    case 'SIGTERM':
    case 'SIGKILL':
      return run.signal(fault);
    case 'two SIGINT':
      run.signal('SIGINT');
      await delay(milliseconds % 300);
      return run.signal('SIGINT');
    case 'kill a tool': {
      return happens(async () => {
        const tools = (await place.processes()).filter(({ program }) => program.startsWith('pg_'));
        const tool = tools[milliseconds % Math.max(1, tools.length)];
        return tool !== undefined && process.kill(tool.pid, 'SIGKILL');
      });
    }
    case 'end a session':
      return happens(async () => {
        const ours = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pg-roundtrip%' LIMIT 1`;
        return (await queryOn(server, 'postgres', ours)).length > 0;
      });
    case 'restart the server':
      return server.restart('immediate');
    case 'lock a table':
      return withClient(servers.source, 'shop', async client => {
        await client.query('BEGIN; LOCK TABLE long_one IN ACCESS EXCLUSIVE MODE');
        await delay(milliseconds);
      });
    case 'none':
    case 'end':
    case 'reset':
    case 'stall':
    case 'silence':
  }
}

function endingFaults({ fault }: Draw, { exitCode, problem, report, output }: CliEnd): readonly string[] {
  const wrong: string[] = [];
  if (fault === 'none' && exitCode !== 0) wrong.push('a drill without a fault failed');
  if (exitCode === 0 && report?.verdict !== 'passed') wrong.push(`exit code 0 is ${report?.verdict}`);
  if (exitCode === null && fault !== 'SIGKILL') wrong.push('it did not end by itself');
  if (exitCode === 3) wrong.push('a copy was called different');
  if (problem?.code === 'PGR900' || /PGR900/.test(output)) wrong.push('a defect');
  return wrong.map(one => `${one}: ${output.slice(-1_500)}`);
}

/** Does what the step after a killed one does, by the run's journal. */
async function afterKill(place: Place, servers: Servers): Promise<readonly string[]> {
  await eventually('the tools have noticed', async () => (await place.processes()).length === 0);
  const [folder] = await readdir(place.temporary);
  if (folder === undefined) return foldersLeft(place);
  const remaining = await takeBack(
    readLeftovers(join(place.temporary, folder, 'journal')),
    (connection, { database = 'postgres', signal } = {}) =>
      openSession(parametersOf(connection === 'target' ? servers.target : servers.source, database), {
        applicationName: 'the job afterwards',
        ...(signal === undefined ? {} : { signal }),
      }),
  );
  const own = [`temporary/${folder}`, `temporary/${folder}/journal`];
  return [...remaining, ...(await foldersLeft(place)).filter(path => !own.includes(path))];
}

/** Processes, and whatever does not belong to a finished dump set, its copy or the folder above it. */
async function foldersLeft(place: Place): Promise<readonly string[]> {
  return (await traces(place)).filter(
    path => !/^workspace\/(dumps(\/set(\/.*)?)?|published(\/.*|\.verified\.json)?)$/.test(path),
  );
}

async function dumpSetFaults(place: Place): Promise<readonly string[]> {
  const remains = await place.remains();
  const broken: string[] = [];
  for (const set of ['dumps/set', 'published']) {
    if (!remains.includes(`workspace/${set}`)) continue;
    await checkDumpSet(join(place.workspace, set)).catch((error: Error) => broken.push(`${set}: ${error.message}`));
  }
  return broken;
}

function secretsIn({ output, report }: CliEnd, servers: Servers): readonly string[] {
  const text = output + JSON.stringify(report);
  const secrets = Object.values(servers).flatMap(({ password }) => writtenForms(password.reveal()));
  return secrets.some(secret => text.includes(secret)) ? ['a password was printed'] : [];
}

/** Sessions, databases and roles; what a run has named, as it could not drop it, is dropped here. */
async function leftOnServers(
  servers: Servers,
  before: readonly (readonly string[])[],
  { output, exitCode }: CliEnd,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const [index, server] of Object.values(servers).entries()) {
    await eventually('no session is left', async () => (await sessionsOfRuns(server)).length === 0);
    for (const thing of await clusterState(server)) {
      if (before[index]?.includes(thing)) continue;
      const [kind = '', name = ''] = thing.split(' ');
      const isNamed = output.includes(`${kind} "${name}" of target`) && exitCode !== 0;
      if (!isNamed) left.push(thing);
      if (kind === 'database') await dropDatabase(server, name);
    }
    for (const thing of await clusterState(server)) {
      const [kind, name] = thing.split(' ');
      if (kind === 'role' && !before[index]?.includes(thing)) await queryOn(server, 'postgres', `DROP ROLE "${name}"`);
    }
  }
  return left;
}
