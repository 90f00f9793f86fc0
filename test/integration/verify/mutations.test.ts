import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { runInProcess } from '../../support/in-process.ts';
import type { Step } from '../../support/round-trip.ts';
import { checksOf, ending, proven } from '../../support/round-trip-results.ts';
import {
  dropDatabase,
  type FreshDatabase,
  freshDatabase,
  queryOn,
  sharedServer,
  type TestServer,
} from '../../support/servers.ts';
import { bothChanges, type Change, countChanges, harmlessChanges, objectChanges } from './changes.ts';
import { contentChanges } from './content-changes.ts';
import { kitchenSink, rolesOf } from './kitchen-sink.ts';
import { moreChanges } from './more-changes.ts';
import { moreKinds, subscription } from './more-kinds.ts';

/**
 * One deliberate difference after the other in a restored copy: each has to be found and named, with exit code 3. The
 * table in docs/mutations.md is what this test has seen; with WRITE_DOCS=1 it is written anew.
 */
const table = join(import.meta.dirname, '../../../docs/mutations.md');
const prefix = `mutant_${randomBytes(4).toString('hex')}`;
const changed = `${prefix}_changed`;
const copy = `${prefix}_copy`;
const seen: { readonly sql: string; readonly found: readonly string[]; readonly exitCode: number }[] = [];

// What is said of the database itself is compared where the restore has made it, which a template has not.
const changes = [...objectChanges(prefix, changed), ...moreChanges(prefix), ...countChanges, ...bothChanges].filter(
  ({ sql }) => !sql.includes('ALTER DATABASE'),
);

let server: TestServer;
let source: FreshDatabase;
let folder: string;

beforeAll(async () => {
  server = await sharedServer(15);
  folder = await mkdtemp(join(tmpdir(), 'mutations-'));
  source = await freshDatabase(server, { sql: kitchenSink(prefix) });
  await source.query(moreKinds);
});

afterAll(async () => {
  for (const name of [changed, copy, source.name]) await dropWithSubscriptions(name);
  for (const role of rolesOf(prefix)) await queryOn(server, 'postgres', `DROP ROLE ${role}`);
  await rm(folder, { recursive: true });
});

async function dropWithSubscriptions(name: string): Promise<void> {
  const rows = await queryOn(
    server,
    'postgres',
    `SELECT subname::text AS name FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = '${name}'`,
  );
  for (const row of rows) await queryOn(server, name, `DROP SUBSCRIPTION ${String(row['name'])}`);
  await dropDatabase(server, name);
}

const verifying = (target: string) => [
  { verify: { from: 'set', into: 'server', as: { [source.name]: target }, level: 'content' } },
];

const run = (steps: readonly Step[]): Promise<RunReport> => runInProcess(folder, { server: source.url }, steps);

/** What is found in a copy of the copy with one change in it, by level. */
async function mutate(
  sql: string,
): Promise<{ readonly report: RunReport; readonly found: (content: boolean) => readonly string[] }> {
  await dropWithSubscriptions(changed);
  await queryOn(server, 'postgres', `CREATE DATABASE ${changed} TEMPLATE ${copy}`);
  await queryOn(server, changed, subscription);
  await queryOn(server, changed, sql);
  const report = await run(verifying(changed));
  const found = (content: boolean): readonly string[] =>
    checksOf(report)
      .filter(({ level }) => (level === 'content') === content)
      .flatMap(check => check.findings)
      .map(one => `${one.kind} ${one.object}${one.kind === 'changed' ? `: ${one.property}` : ''}`)
      .toSorted();
  seen.push({ sql, found: [...found(false), ...found(true)], exitCode: report.exitCode });
  return { report, found };
}

test('the copy without a change is proven', async () => {
  const dump = { dump: { from: 'server', databases: source.name, to: 'set' } };
  const restore = { restore: { into: 'server', as: { [source.name]: copy } } };
  const report = await run([dump, restore, { verify: { level: 'content' } }]);
  expect(ending(report)).toEqual(proven);
});

test.each(changes)('$sql', async ({ sql, findings }: Change) => {
  const { report, found } = await mutate(sql);
  expect({ exitCode: report.exitCode, found: found(false) }).toEqual({ exitCode: 3, found: findings.toSorted() });
});

test.each(contentChanges)('$sql', async ({ sql, findings }: Change) => {
  const { report, found } = await mutate(sql);
  expect({ exitCode: report.exitCode, others: found(false), found: found(true) }).toEqual({
    exitCode: 3,
    others: [],
    found: findings.toSorted(),
  });
});

describe('no difference', () => {
  test.each(harmlessChanges)('%s', async sql => {
    const { report } = await mutate(sql);
    expect(ending(report)).toEqual(proven);
  });
});

test('docs/mutations.md is what was seen', async () => {
  expect(seen.length).toBeGreaterThan(150);
  const cell = (text: string) => text.replaceAll(prefix, 'shop').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  const rows = seen
    .filter(({ exitCode }) => exitCode === 3)
    .map(
      ({ sql, found }, index) =>
        `| ${index + 1} | \`${cell(sql)}\` | ${cell(found.slice(0, 3).join('; '))}${found.length > 3 ? '; …' : ''} |`,
    );
  const text = [
    '# What verify notices',
    '',
    `Each row is one change of a restored copy and what \`verify: { level: content }\` said of it, with exit code 3. All ${rows.length} changes are found.`,
    'A test makes every one of them on a real server and compares this table with what it has seen.',
    '',
    '| | change of the copy | found |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  if (process.env['WRITE_DOCS'] === '1') await writeFile(table, text);
  expect(await readFile(table, 'utf8')).toBe(text);
});
