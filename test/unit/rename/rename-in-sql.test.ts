import { expect, test } from 'vitest';
import { renameInFunction } from '../../../src/rename/function-text.ts';
import { renameInSql } from '../../../src/rename/rename-in-sql.ts';

const renames = [
  { from: 'app', to: 'copy', spelled: 'copy' },
  { from: 'My App', to: 'Your App', spelled: '"Your App"' },
];

test.each([
  ['before a dot', 'SELECT app.f(x) FROM app.t, app . u', 'SELECT copy.f(x) FROM copy.t, copy . u'],
  ['in any case', 'TABLE APP.t', 'TABLE copy.t'],
  ['in quotes', 'TABLE "app".t, "My App".t', 'TABLE copy.t, "Your App".t'],
  ['as Unicode name', 'TABLE U&"app".t', 'TABLE copy.t'],
  ['in a longer path', 'x app.t.id%TYPE', 'x copy.t.id%TYPE'],
  ['after a range', 'FOR i IN 1..app.n() LOOP', 'FOR i IN 1..copy.n() LOOP'],
  ['behind SCHEMA', 'GRANT USAGE ON SCHEMA x, app TO bob', 'GRANT USAGE ON SCHEMA x, copy TO bob'],
  ['behind SCHEMA IF NOT EXISTS', 'CREATE SCHEMA IF NOT EXISTS app', 'CREATE SCHEMA IF NOT EXISTS copy'],
  ['in a search_path', `SET LOCAL search_path = "$user", app`, `SET LOCAL search_path = "$user", copy`],
  ['in a search_path of literals', `SET search_path TO 'x', 'My App'`, `SET search_path TO 'x', 'Your App'`],
  [
    'as regclass',
    `'app.s'::regclass, '"My App".s'::pg_catalog.regclass`,
    `'copy.s'::regclass, '"Your App".s'::pg_catalog.regclass`,
  ],
  ['as text made regclass', `nextval(('app.s'::text)::regclass)`, `nextval(('copy.s'::text)::regclass)`],
  ['as prefixed regclass', `regclass 'app.s'`, `regclass 'copy.s'`],
  ['in nextval', `nextval('app.s')`, `nextval('copy.s')`],
  ['in to_regclass', `to_regclass(E'app.s')`, `to_regclass('copy.s')`],
  ['after a nested comment', '/* /* */ app.t */ app.t -- app.t', '/* /* */ app.t */ copy.t -- app.t'],
])('renames %s', (_, sql, renamed) => {
  expect(renameInSql(sql, renames, 'names')).toBe(renamed);
  expect(renameInSql(sql, renames, 'query')).toBe(renamed);
});

test.each([
  ['a longer name', 'SELECT app2.x, myapp.x'],
  ['another case in quotes', 'TABLE "App".t'],
  ['a later part of a path', 'SELECT x.app.y'],
  ['a name by itself', 'GRANT SELECT ON t TO app'],
  ['a literal', `SELECT 'app.t', $$app.t$$, $a$ app.t $a$, E'\\'app.t'`],
  ['a literal that is a type', `SELECT 'app.t'::text`],
  ['an own setting', `SET app.tenant = 1; SET LOCAL app.tenant TO 2; RESET app.tenant; SHOW app.tenant`],
  ['the name of an own setting', `SELECT current_setting('app.tenant')`],
  ['a decimal', `SELECT 1.app`],
])('leaves %s', (_, sql) => {
  expect(renameInSql(sql, renames, 'names')).toBe(sql);
});

const alias = 'SELECT app.id FROM app.t app';

test('where a name is an alias as well, a query is left and definitions are not', () => {
  expect(renameInSql(alias, renames, 'query')).toBe(alias);
  expect(renameInSql(alias, renames, 'names')).toBe('SELECT copy.id FROM copy.t app');
});

test('a role of the same name is no alias', () => {
  const grant = 'GRANT SELECT ON TABLE app.t TO app';
  expect(renameInSql(grant, renames, 'names')).toBe('GRANT SELECT ON TABLE copy.t TO app');
});

const head = (rest: string) => `CREATE FUNCTION app.f(x app.mood) RETURNS app.t\n    LANGUAGE ${rest}`;
const renamedHead = (rest: string) => `CREATE FUNCTION copy.f(x copy.mood) RETURNS copy.t\n    LANGUAGE ${rest}`;

test.each([
  [
    'plpgsql, settings included',
    `plpgsql SET search_path TO 'app', 'public'\n    AS $_$ BEGIN RETURN app.g(x) $_$;`,
    `plpgsql SET search_path TO 'copy', 'public'\n    AS $_$ BEGIN RETURN copy.g(x) $_$;`,
  ],
  ['sql in quotes', `sql AS 'SELECT app.g(''app'')'`, `sql AS 'SELECT copy.g(''app'')'`],
  ['sql with escapes', `sql AS E'SELECT app.g(\\'\\\\\\')'`, `sql AS E'SELECT copy.g(\\'\\\\\\')'`],
  ['the head of other languages', `plpython3u AS $$app.g()$$`, `plpython3u AS $$app.g()$$`],
  ['a body in the SQL standard form', 'sql RETURN app.g(x)', 'sql RETURN copy.g(x)'],
])('renames in functions: %s', (_, text, renamed) => {
  expect(renameInFunction(head(text), renames)).toBe(renamedHead(renamed));
});

test('a parameter that is called like a schema leaves the body as it is', () => {
  const text = 'CREATE FUNCTION app.f(app app.t) RETURNS int LANGUAGE sql AS $$SELECT app.id$$';
  expect(renameInFunction(text, renames)).toBe(
    'CREATE FUNCTION copy.f(app copy.t) RETURNS int LANGUAGE sql AS $$SELECT app.id$$',
  );
});

test('a body that would end its quotes early gets others', () => {
  const odd = [{ from: 'app', to: '$$', spelled: '"$$"' }];
  const text = 'CREATE FUNCTION x.f() RETURNS int LANGUAGE sql AS $$SELECT app.g()$$';
  expect(renameInFunction(text, odd)).toBe(`CREATE FUNCTION x.f() RETURNS int LANGUAGE sql AS 'SELECT "$$".g()'`);
});
