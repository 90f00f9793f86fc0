import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { RunReport } from '../../../../src/report/model.ts';
import { makeWorkspace, type Step, type Workspace } from '../../../support/round-trip.ts';
import { type Copy, checksOf, copyOn, resultsOf } from '../../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../../support/servers.ts';

const library = `
  CREATE SCHEMA app; CREATE SCHEMA parts;
  CREATE EXTENSION hstore;
  CREATE TYPE parts.mood AS ENUM ('sad', 'happy');
  CREATE FUNCTION parts.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION parts.unused() RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE TABLE app.book (id serial PRIMARY KEY, isbn text, mood parts.mood DEFAULT 'happy', tags hstore);
  CREATE UNIQUE INDEX book_isbn ON app.book (isbn);
  CREATE INDEX book_mood ON app.book (mood);
  CREATE TRIGGER book_touch BEFORE INSERT ON app.book FOR EACH ROW EXECUTE FUNCTION parts.touch();
  CREATE STATISTICS app.book_statistics ON id, isbn FROM app.book;
  COMMENT ON TABLE app.book IS 'what is lent';
  ALTER TABLE app.book ENABLE ROW LEVEL SECURITY;
  CREATE POLICY everyone ON app.book USING (true);
  GRANT SELECT ON app.book TO PUBLIC;
  INSERT INTO app.book (isbn) SELECT 'isbn ' || n FROM generate_series(1, 30) AS n;
  CREATE TABLE app.loan (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, book integer REFERENCES app.book,
    isbn text REFERENCES app.book (isbn), at date);
  CREATE INDEX loan_at ON app.loan (at);
  INSERT INTO app.loan (book, isbn, at) SELECT n, 'isbn ' || n, date '2026-01-01' + n FROM generate_series(1, 20) AS n;
  CREATE TABLE app.event (id integer PRIMARY KEY) PARTITION BY RANGE (id);
  CREATE TABLE parts.event_1 PARTITION OF app.event FOR VALUES FROM (0) TO (100);
  INSERT INTO app.event SELECT generate_series(1, 10);
  CREATE VIEW app.titles AS SELECT id FROM app.book;
  CREATE MATERIALIZED VIEW app.totals AS SELECT count(*) AS books FROM app.book;
  CREATE PUBLICATION pub FOR TABLE app.loan;
  CREATE TABLE log (id integer PRIMARY KEY, line text);
  INSERT INTO log SELECT n, 'line ' || n FROM generate_series(1, 15) AS n;
  SELECT lo_from_bytea(0, 'one'), lo_from_bytea(0, 'two')`;

/** A database and a dump set of it that all tests of a file share. */
export interface Library {
  readonly source: FreshDatabase;
  readonly workspace: Workspace;
  /** A database that is not there yet. */
  copy(): Copy;
  /** Dumps a database. */
  dump(url: string, to: string, options?: Step): Promise<void>;
  /** Restores the dump set into a database of this name, and verifies it unless other steps are given. */
  restore(into: string, options: Step, steps?: readonly Step[]): Promise<RunReport>;
}

/** To be called at the top of a test file. What it gives can be used in tests. */
export function useLibrary(): Library {
  let source: FreshDatabase | undefined;
  let workspace: Workspace | undefined;
  const there = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('it is used before it is there');
    return thing;
  };
  const shared: Library = {
    get source() {
      return there(source);
    },
    get workspace() {
      return there(workspace);
    },
    copy: () => copyOn(shared.source.server, `copy_${randomBytes(6).toString('hex')}`),
    async dump(url, to, options = {}) {
      const steps = [{ dump: { from: 'source', to, ...options } }];
      const { report } = await shared.workspace.run({ connections: { source: url }, steps });
      if (report.exitCode !== 0) throw new Error(report.headline);
    },
    async restore(into, options, steps = [{ verify: {} }]) {
      const { name, url } = shared.source;
      const restore = { from: 'dumps/library', into: 'target', as: { [name]: into }, analyze: false, ...options };
      const { report } = await shared.workspace.run({ connections: { target: url }, steps: [{ restore }, ...steps] });
      return report;
    },
  };
  beforeAll(async () => {
    source = await freshDatabase(await sharedServer(), { sql: library, name: 'library' });
    workspace = await makeWorkspace();
    await shared.dump(source.url, 'dumps/library');
  }, 120_000);
  afterAll(async () => {
    await workspace?.[Symbol.asyncDispose]();
    await source?.[Symbol.asyncDispose]();
  });
  return shared;
}

export function restoredOf(report: RunReport) {
  return resultsOf(report, 'restore')[0]?.databases[0];
}

export function objectsNote(report: RunReport): string | undefined {
  return checksOf(report).find(({ name }) => name === 'objects')?.note;
}

/** Everything that a person would look for, by kind. */
const inventory = `
  SELECT 'schema ' || nspname AS line FROM pg_namespace WHERE nspname !~ '^pg_|^information' AND nspname <> 'public'
  UNION ALL SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'table ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'matview '
      WHEN 'S' THEN 'sequence ' ELSE 'index ' END || relname
    FROM pg_class WHERE relnamespace::regnamespace::text IN ('app', 'parts', 'public') AND relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I')
  UNION ALL SELECT 'foreign key ' || conname FROM pg_constraint WHERE contype = 'f'
  UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'policy ' || polname FROM pg_policy
  UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
  UNION ALL SELECT 'publication ' || pubname FROM pg_publication
  UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace::regnamespace::text = 'parts'
  ORDER BY 1`;

/** One line for each object of a database. */
export async function linesOf(database: Pick<Copy, 'query'>): Promise<readonly string[]> {
  return (await database.query(inventory)).map(row => String(row['line'])).toSorted();
}
