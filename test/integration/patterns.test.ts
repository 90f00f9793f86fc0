import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArchive } from '../../src/postgres/archive/read.ts';
import { contentArguments, type DumpOptions } from '../../src/postgres/arguments.ts';
import { openSession, type Session } from '../../src/postgres/session.ts';
import { readTables } from '../../src/steps/snapshot.ts';
import { type FreshDatabase, freshDatabase, runTool, sharedServer } from '../support/servers.ts';

/** Names of schemas and tables that a pattern could take for another one. */
const schemas = ['app', 'App', 'app_b', 'a.b', 'a*', 'ä', 'x$y'];
const tables = [
  'film',
  'Film',
  'FILM',
  'film_actor',
  'filmx',
  'film.actor',
  'film*',
  'film?',
  'film$',
  'pay',
  'pay$',
  'pay[]',
  'it"s',
  "it's",
  'back\\slash',
  'two words',
  'new\nline',
  'Äpfel',
  'äpfel',
  'ÄPFEL',
  'a|b',
  'a',
  'b',
  '(x)',
  'x',
  '😀',
  '{1}',
  '^',
  '.',
];

let database: FreshDatabase;
let session: Session;
let folder = '';

beforeAll(async () => {
  const names = schemas.flatMap(schema => tables.map(table => [schema, table].map(pg.escapeIdentifier).join('.')));
  database = await freshDatabase(await sharedServer(), {
    sql: [
      ...schemas.map(schema => `create schema ${pg.escapeIdentifier(schema)}`),
      ...names.map(name => `create table ${name} ()`),
    ].join(';'),
  });
  session = await openSession(database.parameters, { applicationName: 'patterns' });
  folder = await mkdtemp(join(tmpdir(), 'patterns-'));
});

afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Filters {
  readonly include?: Partial<DumpOptions['include']>;
  readonly exclude?: Partial<DumpOptions['exclude']>;
}

function optionsOf({ include, exclude }: Filters): DumpOptions {
  const none = { schema: [], table: [], 'table-data': [] };
  return {
    format: 'custom',
    jobs: 1,
    compress: '0',
    include: { ...none, ...include },
    exclude: { ...none, ...exclude },
    serializableDeferrable: false,
    flags: [],
  };
}

/** Tables that the real pg_dump takes, with their rows unless only their definitions are wanted. */
async function taken(options: DumpOptions, what: 'TABLE' | 'TABLE DATA'): Promise<readonly string[]> {
  const file = join(folder, crypto.randomUUID());
  const kind = what === 'TABLE' ? '--schema-only' : '--data-only';
  const { stderr } = await runTool(database.server, 'pg_dump', [
    `--dbname=${database.name}`,
    `--file=${file}`,
    kind,
    ...contentArguments(options),
  ]);
  if (/no matching (tables|schemas) were found/.test(stderr)) return [];
  expect(stderr).toBe('');
  const { entries } = await readArchive(file);
  return entries
    .filter(entry => entry.description === what)
    .map(entry => `${entry.namespace} ${entry.tag}`)
    .sort(plainly);
}

async function told(options: DumpOptions): Promise<readonly string[]> {
  return (await readTables(session, options)).map(({ schema, name }) => `${schema} ${name}`).sort(plainly);
}

function plainly(left: string, right: string): number {
  return left < right ? -1 : 1;
}

describe('a pattern takes the tables that pg_dump takes', () => {
  const names = [
    'film',
    'FILM',
    '"FILM"',
    '"Film"',
    'film*',
    'film?',
    '"film?"',
    'film_*',
    '*',
    '????',
    'f*m',
    'film$',
    'pay?',
    'pay[]',
    '"pay[]"',
    '"it""s"',
    'it"""s',
    "it's",
    '"back\\slash"',
    '"two words"',
    'two*',
    '"new\nline"',
    'new?line',
    'äpfel',
    'ÄPFEL',
    '"ÄPFEL"',
    'Ä*',
    '?pfel',
    'a|b',
    '"a|b"',
    '[ab]',
    '(x|a)',
    '"(x)"',
    '😀',
    '?',
    '"{1}"',
    '"^"',
    '"."',
    'fi"LM"',
    '"fi"lm',
    '"film',
    'film|pay',
    'pa(y)',
    'fil+m',
  ];

  test.each([
    ...names.map(name => `app.${name}`),
    ...[
      'App',
      '"App"',
      'app_b',
      'app?b',
      'app*',
      '"a.b"',
      '"a*"',
      'a*',
      'Ä',
      'ä',
      'x$y',
      '"x$y"',
      '*',
      'ap(p|q)',
      '"app',
    ].map(schema => `${schema}.film`),
    'nowhere.film',
    'app.nothing',
  ])('%j', async pattern => {
    const options = optionsOf({ include: { table: [pattern] } });
    expect(await told(options)).toEqual(await taken(options, 'TABLE'));
  });
});

test('a pattern may name its database', async () => {
  const options = optionsOf({ include: { table: [`${database.name}.app.film*`] } });
  expect(await told(options)).toEqual(await taken(options, 'TABLE'));
});

describe('filters together take what pg_dump takes', () => {
  test.each<readonly [string, Filters]>([
    ['none', {}],
    ['one schema', { include: { schema: ['app'] } }],
    ['schemas by pattern', { include: { schema: ['app*', '"a*"'] } }],
    ['all but one schema', { exclude: { schema: ['"App"'] } }],
    ['a schema less another', { include: { schema: ['app*'] }, exclude: { schema: ['app_b'] } }],
    ['several tables', { include: { table: ['app.film', 'app_b.pay*'] } }],
    ['a schema less some tables', { include: { schema: ['app'] }, exclude: { table: ['app.film*', 'app.?'] } }],
    ['tables less tables', { include: { table: ['app.*'] }, exclude: { table: ['app.film*'] } }],
    ['tables of a schema that is left out', { include: { table: ['app.film'] }, exclude: { schema: ['app'] } }],
    ['tables of a schema and others', { include: { table: ['app_b.film'], schema: ['app'] } }],
    ['no rows of some', { include: { schema: ['app'] }, exclude: { 'table-data': ['app.film*', '"App".*'] } }],
  ])('%s', async (_, filters) => {
    const options = optionsOf(filters);
    expect(await told(options)).toEqual(await taken(options, 'TABLE DATA'));
  });
});
