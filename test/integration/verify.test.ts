import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DumpedDatabase } from '../../src/dumpset/manifest.ts';
import type { TocEntry } from '../../src/postgres/archive/model.ts';
import { readArchive } from '../../src/postgres/archive/read.ts';
import { sequencePositions } from '../../src/postgres/archive/sequences.ts';
import { tableDataEntries } from '../../src/postgres/archive/table-data.ts';
import { quoteIdentifier } from '../../src/postgres/quote.ts';
import { openSession, type Session } from '../../src/postgres/session.ts';
import { compareObjects } from '../../src/verify/compare-objects.ts';
import type { CompareOptions } from '../../src/verify/compared-entries.ts';
import { countRows } from '../../src/verify/count-rows.ts';
import { databaseChecks } from '../../src/verify/database-checks.ts';
import type { Check, Finding } from '../../src/verify/finding.ts';
import { countLargeObjects, readExtensions } from '../../src/verify/queries.ts';
import { readTargetFacts } from '../../src/verify/target-facts.ts';
import {
  type Corpus,
  corpora,
  corpusAbsence,
  dropDatabase,
  type FreshDatabase,
  freshDatabase,
  loadCorpus,
  parametersOf,
  queryOn,
  runTool,
  sharedServer,
  type TestServer,
} from '../support/servers.ts';
import { type Change, harmlessChanges, objectChanges } from './verify/changes.ts';
import { kitchenSink, rolesOf } from './verify/kitchen-sink.ts';

const prefix = `verify_${randomBytes(4).toString('hex')}`;
const changedName = `${prefix}_changed`;
const settings = ["SET work_mem = '8MB'", 'CONNECTION LIMIT 40'];

let server: TestServer;
let folder: string;
let source: FreshDatabase;
let copy: FreshDatabase;
let archive: readonly TocEntry[];
let dumped: Pick<DumpedDatabase, 'tables' | 'sequences' | 'largeObjects' | 'extensions'>;

beforeAll(async () => {
  server = await sharedServer(15);
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  source = await freshDatabase(server, { sql: kitchenSink(prefix) });
  copy = await freshDatabase(server);
  await applySettings(source.name);
  const file = join(folder, 'source.dump');
  await tool('pg_dump', [`--dbname=${source.name}`, '--format=custom', `--file=${file}`]);
  await tool('pg_restore', [`--dbname=${copy.name}`, '--exit-on-error', file]);
  archive = (await readArchive(file)).entries;
  dumped = await describeSource();
});

afterAll(async () => {
  await dropDatabase(server, changedName);
  await copy[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  for (const role of rolesOf(prefix)) await queryOn(server, 'postgres', `DROP ROLE ${role}`);
  await rm(folder, { recursive: true });
});

describe('a copy with one change', () => {
  it('has none when nothing was changed', async () => {
    const checks = await verifyChanged('SELECT 1');
    expect(findingsOf(checks)).toEqual([]);
    expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual(
      [
        'objects',
        'extensions',
        'indexes',
        'materialized views',
        'large object properties',
        'rows',
        'sequences',
        'large objects',
      ].map(name => [name, 'passed']),
    );
    expect(checks.every(({ compared }) => compared > 0)).toBe(true);
  });

  // All others are found by a whole run, in verify/mutations.test.ts.
  const changes: readonly Change[] = objectChanges(prefix, quoteIdentifier(changedName)).filter(
    ({ sql }) => sql.includes('ALTER DATABASE') || sql.includes('USER MAPPING'),
  );
  it.each(changes)('$sql', async ({ sql, findings }) => {
    const checks = await verifyChanged(sql);
    expect(findingsOf(checks).toSorted()).toEqual(findings.toSorted());
    expect(JSON.stringify(checks)).not.toMatch(/correct horse|battery staple/);
  });

  it.each(harmlessChanges)('tells nothing of: %s', async sql => {
    expect(findingsOf(await verifyChanged(sql))).toEqual([]);
  });
});

describe('definitions that a round trip stores in another form', () => {
  const table = `CREATE TABLE t (status varchar(9) CONSTRAINT known CHECK (status IN ('new', 'old')), n integer DEFAULT 1);
    CREATE VIEW v AS SELECT n FROM t`;

  it('are equal where a scratch database stores them so too, and what was changed is still found', async () => {
    await using original = await freshDatabase(server, { sql: table });
    await using scratch = await freshDatabase(server);
    await using target = await freshDatabase(server);
    const file = join(folder, 'rendering.dump');
    await tool('pg_dump', [`--dbname=${original.name}`, '--format=custom', `--file=${file}`]);
    await tool('pg_restore', [`--dbname=${scratch.name}`, '--schema-only', file]);
    await tool('pg_restore', [`--dbname=${target.name}`, file]);
    const source = (await readArchive(file)).entries;
    const databaseName = { source: original.name, target: target.name };
    const check = async (scratchEntries: readonly TocEntry[] | undefined) => {
      const facts = await withSessions(1, target.name, sessions => readTargetFacts(sessions, 'objects', dumped));
      const [objects] = databaseChecks({
        level: 'objects',
        majors: sameMajors(),
        database: { tables: [], sequences: [], largeObjects: 0, extensions: [] },
        source,
        target: { kind: 'read', value: await definitionsOf(target.name) },
        scratch: scratchEntries === undefined ? undefined : { kind: 'read', value: scratchEntries },
        options: { owners: 'keep', privileges: 'keep', sections: ['pre-data', 'data', 'post-data'], databaseName },
        facts,
      });
      return objects;
    };
    const rendered = await definitionsOf(scratch.name);
    expect(await check(undefined)).toMatchObject({ verdict: 'failed', findings: [{ object: 'TABLE public.t' }] });
    expect(await check(rendered)).toMatchObject({ verdict: 'passed', findings: [] });
    await target.query('CREATE OR REPLACE VIEW v AS SELECT n FROM t WHERE n > 1');
    expect((await check(rendered))?.findings).toMatchObject([{ object: 'VIEW public.v', property: 'definition' }]);
    await target.query('ALTER TABLE t ALTER n SET DEFAULT 2');
    expect((await check(rendered))?.findings).toMatchObject([
      { object: 'TABLE public.t' },
      { object: 'VIEW public.v' },
    ]);
  });
});

describe('a public sample database', () => {
  const objects: Readonly<Record<Corpus, number>> = { pagila: 177, northwind: 41, chinook: 44, chinook_serial: 74 };

  it.for(corpora)('%s equals its copy', async (name, context) => {
    const absence = corpusAbsence(name);
    context.skip(absence !== undefined, absence);
    await using original = await loadCorpus(server, name);
    await using target = await freshDatabase(server);
    const file = join(folder, 'corpus.dump');
    await tool('pg_dump', [`--dbname=${original.name}`, '--format=custom', `--file=${file}`]);
    await tool('pg_restore', [`--dbname=${target.name}`, file]);
    const { entries } = await readArchive(file);
    const comparison = compareObjects(entries, await definitionsOf(target.name), {
      owners: 'keep',
      privileges: 'keep',
      sections: ['pre-data', 'data', 'post-data'],
    });
    expect(comparison).toEqual({ compared: objects[name], findings: [], changed: [], extra: [], blankLinesOnly: [] });
  });
});

describe('a restore with other owners and without privileges', () => {
  it('equals its source under those options, and only then', async () => {
    await using target = await freshDatabase(server);
    const role = rolesOf(prefix)[0];
    await queryOn(server, 'postgres', `ALTER ROLE ${role} SUPERUSER`);
    await tool('pg_restore', [
      `--dbname=${target.name}`,
      '--no-owner',
      '--no-privileges',
      `--role=${role}`,
      join(folder, 'source.dump'),
    ]);
    await applySettings(target.name);
    const databaseName = { source: source.name, target: target.name };
    expect(findingsOf(await verify(target.name, { owners: { role }, privileges: 'skip', databaseName }))).toEqual([]);
    const strict = findingsOf(await verify(target.name, { databaseName }));
    expect(strict).toContain('missing ACL app.TABLE users');
    expect(strict).toContain('changed EVENT TRIGGER et: owner');
  });
});

describe('a target that may not be read', () => {
  it('leaves single tables unproven and still finds what differs in the others', async () => {
    const reader = `${prefix}_login`;
    await changedCopy("DELETE FROM app.cache WHERE key = '1'; DROP TABLE app.events_rest");
    await queryOn(
      server,
      changedName,
      `CREATE ROLE ${reader} LOGIN PASSWORD 'correct horse'; GRANT USAGE ON SCHEMA app TO ${reader};
      GRANT SELECT ON app.cache, app.parent TO ${reader}`,
    );
    try {
      const [rows, sequences] = await withSessions(1, changedName, async ([session]) => {
        await session.query(`SET ROLE ${reader}`);
        const facts = await readTargetFacts([session], 'counts', dumped);
        return checksOf(facts, []).filter(({ level }) => level === 'counts');
      });
      expect(rows?.verdict).toBe('failed');
      expect(rows?.findings).toEqual([
        { kind: 'changed', object: 'app.cache', property: 'rows', expected: '50', actual: '49' },
        { kind: 'missing', object: 'app.events_rest' },
      ]);
      expect(rows?.note).toContain('permission denied for table orders');
      expect(rows?.note).not.toContain('app.parent');
      expect(sequences?.verdict).toBe('could-not-verify');
    } finally {
      await queryOn(server, changedName, `DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
    }
  });
});

describe('countRows', () => {
  it('survives tables that cannot be counted, in a transaction and without one', async () => {
    const tables = [
      { schema: 'app', name: 'users' },
      { schema: 'app', name: 'nowhere' },
      { schema: 'no schema', name: 'x' },
      { schema: 'app', name: 'orders', predicate: 'WHERE id / 0 = 1' },
      { schema: 'app', name: 'orders_copy' },
      { schema: 'app', name: 'parent' },
      { schema: 'app', name: 'events' },
      { schema: 'app', name: 'users', predicate: 'WHERE id <= 20 -- the first' },
    ];
    await withSessions(1, source.name, async ([session]) => {
      const without = await countRows([session], tables.slice(0, -1));
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const [chosen] = await countRows([session], tables.slice(-1));
      expect(chosen?.rows).toEqual({ kind: 'read', value: 20 });
      expect(await countRows([session], tables.slice(0, -1))).toEqual(without);
      expect(without.map(({ rows }) => (rows.kind === 'read' ? rows.value : rows.kind))).toEqual([
        500,
        'missing',
        'missing',
        'unreadable',
        'missing',
        1,
        0,
      ]);
      expect(without[3]?.rows).toMatchObject({ reason: expect.stringContaining('division by zero') });
      expect(await session.query('SELECT count(*) FROM app.cache')).toEqual([{ count: '50' }]);
    });
  });

  it('counts thousands of tables side by side and tells each once', async () => {
    await using many = await freshDatabase(server, {
      sql: `DO $$ BEGIN FOR n IN 1..2100 LOOP
        EXECUTE format('CREATE TABLE %I AS SELECT generate_series(1, %s)', 'a"b\\' || n, n % 7); END LOOP; END $$`,
    });
    const tables = Array.from({ length: 2100 }, (_, index) => ({
      schema: 'public',
      name: `a"b\\${index + 1}`,
      bytes: index % 500 === 0 ? 10_000_000 : index,
    }));
    const told: string[] = [];
    const counts = await withSessions(3, many.name, sessions =>
      countRows(sessions, tables, ({ name }) => told.push(name)),
    );
    expect(counts.map(({ rows }) => rows)).toEqual(
      tables.map((_, index) => ({ kind: 'read', value: (index + 1) % 7 })),
    );
    expect(new Set(told)).toEqual(new Set(tables.map(({ name }) => name)));
    expect(told).toHaveLength(2100);
  });

  it('throws when the connection is lost', async () => {
    await withSessions(2, source.name, async ([victim, other]) => {
      await victim.query('BEGIN');
      await other?.query(`SELECT pg_terminate_backend(${victim.backendPid})`);
      await expect(countRows([victim], [{ schema: 'app', name: 'users' }])).rejects.toMatchObject({ code: 'PGR204' });
    });
  });
});

async function verifyChanged(sql: string): Promise<readonly Check[]> {
  await changedCopy(sql);
  return await verify(changedName, { databaseName: { source: source.name, target: changedName } });
}

/** A fresh copy of the copy, with one change in it. Settings of a database are not copied with it. */
async function changedCopy(sql: string): Promise<void> {
  await dropDatabase(server, changedName);
  await queryOn(server, 'postgres', `CREATE DATABASE ${changedName} TEMPLATE ${copy.name}`);
  await applySettings(changedName);
  await queryOn(server, changedName, sql);
}

async function applySettings(database: string): Promise<void> {
  for (const setting of settings) await queryOn(server, 'postgres', `ALTER DATABASE ${database} ${setting}`);
}

async function verify(target: string, options: Partial<CompareOptions>): Promise<readonly Check[]> {
  const entries = await definitionsOf(target);
  const facts = await withSessions(2, target, sessions => readTargetFacts(sessions, 'counts', dumped));
  return checksOf(facts, entries, options);
}

async function definitionsOf(database: string): Promise<readonly TocEntry[]> {
  const file = join(folder, 'definitions.dump');
  await tool('pg_dump', [`--dbname=${database}`, '--schema-only', '--format=custom', `--file=${file}`]);
  return (await readArchive(file)).entries;
}

const sameMajors = () => ({ source: server.major, archive: server.major, client: server.major });

function checksOf(
  facts: Awaited<ReturnType<typeof readTargetFacts>>,
  target: readonly TocEntry[],
  options: Partial<CompareOptions> = {},
): readonly Check[] {
  return databaseChecks({
    level: 'counts',
    majors: sameMajors(),
    database: dumped,
    source: archive,
    target: { kind: 'read', value: target },
    scratch: undefined,
    options: { owners: 'keep', privileges: 'keep', sections: ['pre-data', 'data', 'post-data'], ...options },
    facts,
  });
}

/** What a manifest would say of the source. */
async function describeSource(): Promise<typeof dumped> {
  return await withSessions(2, source.name, async sessions => {
    const counts = await countRows(sessions, tableDataEntries(archive));
    return {
      tables: counts.map(({ schema, name, rows }) => ({
        schema,
        name,
        rows: rows.kind === 'read' ? rows.value : -1,
        bytes: 0,
      })),
      sequences: sequencePositions(archive),
      largeObjects: await countLargeObjects(sessions[0]),
      extensions: await readExtensions(sessions[0]),
    };
  });
}

async function withSessions<Result>(
  count: 1 | 2 | 3,
  database: string,
  body: (sessions: readonly [Session, ...Session[]]) => Promise<Result>,
): Promise<Result> {
  await using first = await openSession(parametersOf(server, database), { applicationName: 'verify test' });
  await using rest = new AsyncDisposableStack();
  const sessions: [Session, ...Session[]] = [first];
  while (sessions.length < count)
    sessions.push(rest.use(await openSession(parametersOf(server, database), { applicationName: 'verify test' })));
  return await body(sessions);
}

async function tool(program: 'pg_dump' | 'pg_restore', parameters: readonly string[]): Promise<void> {
  const { status, stderr } = await runTool(server, program, parameters);
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}

function findingsOf(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ findings }) => findings.map(describeFinding));
}

function describeFinding(finding: Finding): string {
  const object = finding.object.replaceAll(source.name, 'app');
  return finding.kind === 'changed' ? `changed ${object}: ${finding.property}` : `${finding.kind} ${object}`;
}
