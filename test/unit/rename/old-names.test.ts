import { expect, test } from 'vitest';
import { findOldNames } from '../../../src/rename/old-names.ts';
import { entry } from '../verify/toc-fixtures.ts';

const renames = [{ from: 'app', to: 'copy', spelled: 'copy' }];
const body = (language: string, text: string) =>
  `CREATE FUNCTION copy.f() RETURNS int LANGUAGE ${language} AS $_$${text}$_$`;

test.each([
  ['FUNCTION', body('plpgsql', `BEGIN EXECUTE 'TABLE app.t'; END`)],
  ['FUNCTION', body('plpgsql', `BEGIN EXECUTE format('TABLE %I.%I', 'app', x); END`)],
  ['FUNCTION', body('plpgsql', `BEGIN PERFORM set_config('search_path', 'app', true); END`)],
  ['FUNCTION', body('plpgsql', 'BEGIN EXECUTE $x$TABLE "app".t$x$; END')],
  ['FUNCTION', body('sql', 'SELECT app.id FROM copy.t app')],
  ['FUNCTION', body('plpython3u', `plpy.execute("table app.t")`)],
  ['FUNCTION', body('sql', `SELECT to_regclass(x || '.t') FROM (SELECT 'app'::name AS x) AS s`)],
  ['PROCEDURE', body('plpgsql', `BEGIN EXECUTE 'TABLE app.t'; END`)],
  ['DEFAULT', `ALTER TABLE copy.t ALTER COLUMN n SET DEFAULT ('app.s'::text);`],
  ['TRIGGER', `CREATE TRIGGER t AFTER UPDATE ON copy.t FOR EACH ROW EXECUTE FUNCTION f('app.t')`],
  ['VIEW', `CREATE VIEW copy.v AS SELECT to_tsvector('"app".english'::text)`],
])('%s is named: %s', (description, definition) => {
  const entries = [entry(description, 'f()', definition, { namespace: 'copy' })];
  expect(findOldNames(entries, renames)).toEqual([`${description} copy.f()`]);
});

test.each([
  ['FUNCTION', body('plpgsql', '-- app.t\nBEGIN RETURN copy.f(); /* app */ END')],
  ['FUNCTION', body('plpgsql', `BEGIN RETURN current_setting('app.tenant'); END`)],
  ['FUNCTION', body('plpgsql', `BEGIN EXECUTE 'TABLE myapp.t, app2.t'; END`)],
  ['FUNCTION', body('sql', `SELECT 1 WHERE x = 'app'::copy.mood`)],
  ['FUNCTION', body('sql', 'SELECT x.app FROM copy.x')],
  ['FUNCTION', `CREATE FUNCTION copy.f() RETURNS int LANGUAGE c AS '$libdir/app', 'app'`],
  ['COMMENT', `COMMENT ON TABLE copy.t IS 'see app.u'`],
  ['TYPE', `CREATE TYPE copy.kind AS ENUM ('app', 'web')`],
  ['TABLE', `CREATE TABLE copy.t (kind text DEFAULT 'app'::text)`],
  ['POLICY', `CREATE POLICY p ON copy.t USING (tenant = current_setting('app.tenant'::text))`],
])('%s is not: %s', (description, definition) => {
  expect(findOldNames([entry(description, 'f()', definition)], renames)).toEqual([]);
});
