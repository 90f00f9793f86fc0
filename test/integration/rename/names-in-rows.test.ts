import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from '../../support/in-process.ts';
import type { Step } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

/** What a column says of an object is printed by its name of the moment. */
const held = `
  CREATE SCHEMA app; CREATE SCHEMA "Other ""S""";
  CREATE TYPE app.mood AS ENUM ('fine'); CREATE DOMAIN app.relation AS regclass;
  CREATE FUNCTION app.f(app.mood, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE TABLE app.t (id integer PRIMARY KEY, relation regclass, by_domain app.relation, function regprocedure, type regtype,
    schema regnamespace, lists regclass[], schemas regnamespace[], body text);
  CREATE TABLE "Other ""S""".t ();
  INSERT INTO app.t VALUES
    (1, 'app.t', '"Other ""S""".t', 'app.f(app.mood, integer)', 'app.mood[]', 'app', '{app.t,pg_class,NULL}', '{app,public}', E'app.t\\t'),
    (2, NULL, 'pg_class', 'pg_catalog.lower(text)', 'integer', 'pg_catalog', '{}', NULL, '');`;

const nested = `
  CREATE TYPE app.pair AS (name regclass, n integer); CREATE TABLE app.pairs (id integer PRIMARY KEY, one app.pair);
  INSERT INTO app.pairs VALUES (1, ROW('app.t', 1))`;

const rename = { schema: { app: 'New App', 'Other "S"': 'plain' } };

let folder: string;
let source: FreshDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'names-'));
  source = await freshDatabase(await sharedServer(), { sql: held });
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function renamed(name: string, dump: Step, between = '') {
  await using copy = copyOn(source.server, `${source.name}_${name}`);
  const change = between === '' ? [] : [{ sql: { on: 'target', database: copy.name, run: between } }];
  const steps = drill(source.name, copy.name, { to: name, dump, restore: { rename }, between: change });
  return runInProcess(folder, { source: source.url, target: source.url }, steps);
}

test.each<[string, Step]>([
  ['plainly', {}],
  ['quoted', { flags: { 'quote-all-identifiers': true } }],
])('names of objects are equal under the new names of their schemas: %s', async (name, dump) => {
  expect(ending(await renamed(name, dump))).toEqual(proven);
});

test('another object is a difference, and so is the same text in another column', async () => {
  const change = `UPDATE "New App".t SET relation = 'plain.t', body = '"New App".t' || chr(9) WHERE id = 1`;
  const report = await renamed('changed', {}, change);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({ object: 'ROW New App.t (id) = (…)', property: 'relation, body' }),
  );
});

test('what cannot be told is no difference, and not proven either', async () => {
  const unread = (report: Awaited<ReturnType<typeof renamed>>) => {
    expect(findingsOf(report)).toEqual([]);
    expect(report.exitCode).toBe(3);
    return checksOf(report)
      .find(({ name }) => name === 'content')
      ?.unread?.join();
  };
  expect(unread(await renamed('hashes', { inserts: true }))).toContain(
    'New App.t (it was hashed with the former names',
  );
  await source.query(nested);
  expect(unread(await renamed('nested', {}))).toContain('New App.pairs (it has names of renamed schemas inside of');
});
