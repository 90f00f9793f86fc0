import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/errors.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type Place, runCli } from '../../support/cli.ts';
import { type ResultsService, startResultsService } from '../../support/results-service.ts';
import { queryOn, urlOf } from '../../support/servers.ts';
import {
  assertSucceeded,
  assertUnchanged,
  clusterState,
  declared,
  makeShop,
  placeWith,
  startServer,
  urls,
} from '../faults/bench.ts';
import type { Bench } from './bad-input.ts';
import { connections } from './connections.ts';
import { declaredFile } from './declared-file.ts';
import { byAction, byCommandLine } from './doors.ts';
import { dumps } from './dumps.ts';

/** Thirty kinds of bad input, each by both doors: what is wrong is named, and neither a secret nor anything else is left. */
const table = [...connections, ...declaredFile, ...dumps];

let server: ThrowawayServer;
let service: ResultsService;
let made: Place;
let before: readonly string[];
let other: pg.Client;
let bench: Bench;

beforeAll(async () => {
  [server, service] = await Promise.all([startServer(), startResultsService()]);
  await makeShop(server);
  for (const name of ['filled', 'busy'])
    await queryOn(server, 'postgres', `CREATE DATABASE ${name} TEMPLATE template0`);
  await queryOn(server, 'filled', 'CREATE TABLE mine ()');
  const formats = ['directory', 'plain'] as const;
  const steps = formats.map(format => ({ dump: { from: 'source', format, to: format } }));
  made = await placeWith(declared({ steps }));
  assertSucceeded(await runCli(made, { environment: urls(server) }));
  other = new pg.Client(urlOf(server, 'busy'));
  await other.connect();
  before = await clusterState(server);
  bench = { server, service, dumpSet: format => join(made.workspace, format) };
});

afterAll(async () => {
  await assertUnchanged(server, before);
  await other.end();
  await server[Symbol.asyncDispose]();
  await service.close();
  await made[Symbol.asyncDispose]();
});

test('the table has every number', () => {
  const numbers = table.map(({ number }) => number);
  expect([...new Set(numbers)]).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

describe.each([
  ['command line', byCommandLine],
  ['action', byAction],
] as const)('by the %s', (door, enter) => {
  const here = table.filter(({ only }) => only === undefined || only[0] === door);

  test.each(here)('$number: $name', async input => {
    const { exitCode, problems, shown, left } = await enter(input, bench);
    expect(problems.map(({ code }) => code)).toEqual(Array(input.times ?? 1).fill(input.code));
    expect(exitCode).toBe(catalogue[input.code].exit);
    for (const { message, remedy } of problems) {
      expect(message).toMatch(input.says);
      expect(remedy).toMatch(input.remedy);
    }
    expect(problems[0]).toMatchObject(input.line === undefined ? {} : { line: input.line });
    const secrets = [...(input.hidden ?? []), server.password.reveal()];
    const places = Object.entries(shown).filter(([, text]) => secrets.some(secret => text.includes(secret)));
    expect(places).toEqual([]);
    expect(left).toEqual([]);
  });
});
