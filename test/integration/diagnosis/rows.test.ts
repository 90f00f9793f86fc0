import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { kindsByNumber, type Row } from '../../support/diagnosis-sheet.ts';
import { programsOf, queryOn } from '../../support/servers.ts';
import { type Bench, openBench, type Reproduction } from './bench.ts';
import { archives } from './reproductions/archives.ts';
import { collapses } from './reproductions/collapses.ts';
import { privileges } from './reproductions/privileges.ts';
import { connections, databaseInUse, ownServer } from './reproductions/servers.ts';
import { target } from './reproductions/target.ts';

let bench: Bench;
let inUse: ReturnType<Reproduction['run']>;

beforeAll(async () => {
  bench = await openBench();
  inUse = databaseInUse(bench);
});

afterAll(() => bench[Symbol.asyncDispose]());

/** Kinds that no test can provoke with the tools and servers that this project installs, and where they are tried instead. */
const notHere: Partial<Readonly<Record<Row, string>>> = {
  41: 'no pooler can be installed here; a pooler of the tests’ own is refused before a run (preflight/pooler.test.ts)',
  45: 'needs a standby whose rows are removed under a dump; only the words are tried',
  48: 'needs a row of 1 GB; only the words are tried',
  49: 'nothing says it: the limit of the run (PGR501) is reached while indexes are made',
  53: 'needs a change of the C library; only the words are tried',
};

const shared = [...archives, ...privileges, ...target, ...connections];

type Tried = Omit<Reproduction, 'run'>;

/** What is compared: what does not touch the copy stands last, and is said by newer clients in any case. */
async function causes({ amongOthers }: Tried, running: ReturnType<Reproduction['run']>) {
  const found = await running;
  return amongOthers === true ? found : found.filter((finding, index) => index === 0 || finding.class !== 'benign');
}

function expected({ row, amongOthers, followsFrom, tells }: Tried): unknown {
  const one: unknown = expect.objectContaining({ kind: followsFrom ?? kindsByNumber[row], ...tells });
  const amidst: unknown = expect.arrayContaining([one]);
  return amongOthers === true ? amidst : [one];
}

test.for(shared.map(one => [one.row, one.how, one] as const))('%i: %s', async ([, , one], context) => {
  const absence = await one.absence?.(bench);
  context.skip(absence !== undefined, absence);
  expect(await causes(one, one.run(bench))).toEqual(expected(one));
});

describe('errors by the dozen have one cause', () => {
  test.each(collapses.map(one => [one.how, one] as const))('%s', async (_, { run, kinds, follow }) => {
    const found = (await run(bench)).filter(finding => finding.class !== 'benign');
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
    expect(found[0]?.follow).toBeGreaterThan(follow);
  });
});

describe('the statements that are given can be pasted, and help', () => {
  const make = (sql: string) => async () => (await bench.database({ sql })).name;
  test.each<readonly [string, () => Promise<string>]>([
    ['schema', make('CREATE SCHEMA "Two words"; CREATE TABLE "Two words".t (a integer)')],
    ['table', make('CREATE TABLE t (a integer)')],
    ['large object', make("SELECT lo_from_bytea(0, 'x')")],
    [
      'policy',
      make('CREATE TABLE t (a integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT SELECT ON t TO PUBLIC'),
    ],
  ])('%s', async (_, database) => {
    const name = await database();
    const dump = () => bench.say('pg_dump', [name], { on: bench.low });
    const [finding] = await dump();
    const statements = Array.from(finding?.fix.matchAll(/`([A-Z][^`]*;)`/g) ?? [], ([, sql = '']) => sql);
    expect(statements).toHaveLength(1);
    // As the role is one for all tests, it loses again what it was given.
    await queryOn(bench.server, name, statements.join(''));
    try {
      expect(await dump()).toEqual([]);
    } finally {
      const { user } = bench.low;
      await queryOn(bench.server, name, `REVOKE pg_read_all_data FROM ${user}; ALTER ROLE ${user} NOBYPASSRLS`);
    }
  });
});

test('29: a session is there', async () => {
  const tried = { row: 29, how: 'a session is there' } as const;
  expect(await causes(tried, inUse)).toEqual(expected(tried));
});

describe('on a server of its own', () => {
  let server: ThrowawayServer;

  beforeAll(async () => {
    server = await startThrowawayServer({
      programs: await programsOf(15),
      settings: { max_connections: '8', max_locks_per_transaction: '10', superuser_reserved_connections: '0' },
    });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  test.each(ownServer.map(one => [one.row, one.how, one] as const))('%i: %s', async (_, __, one) => {
    expect(await causes(one, one.run(bench, server))).toEqual(expected(one));
  });
});

test('every kind is provoked above, or it is said why not', () => {
  expect(existsSync('/dev/full')).toBe(true);
  const provoked = new Set<number>([29, ...[...shared, ...ownServer].map(({ row }) => row)]);
  const listed = Object.keys(notHere).map(Number);
  expect([...provoked].filter(row => listed.includes(row))).toEqual([]);
  expect([...provoked, ...listed].toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
});
