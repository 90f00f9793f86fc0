import { describe, expect, test } from 'vitest';
import type { RoundtripError } from '../../../src/errors.ts';
import type { Program } from '../../../src/postgres/process.ts';
import { toolFailure } from '../../../src/steps/tool-failure.ts';

function failure(program: Program, texts: readonly string[], exitCode = 1): RoundtripError {
  const errors = texts.map(text => ({ level: 'error', text }) as const);
  return toolFailure(
    { program, user: 'ann', database: 'app', entries: [] },
    { exitCode, errors, count: errors.length },
  ) as RoundtripError;
}

const query = 'pg_restore: error: could not execute query: ERROR:  ';

describe('what the database says is no cause', () => {
  test.each([
    `${query}division by zero\nCommand was: CREATE FUNCTION f() AS $$ raise 'No space left on device' $$;`,
    `${query}division by zero\nDETAIL:  Key (line)=(No space left on device) already exists.`,
    'pg_restore: error: COPY failed for table "log": ERROR:  invalid input syntax for type json\nCONTEXT:  COPY log, line 1, column x: "No space left on device"',
    'pg_restore: error: COPY failed for table "log": ERROR:  invalid input syntax for type integer: "role "x" does not exist"',
    "pg_dump: error: query failed: ERROR:  division by zero\npg_dump: detail: Query was: SELECT 'No space left on device'",
    "pg_dump: error: query failed: ERROR:  division by zero\npg_dump: error: query was: SELECT 'No space left on device'",
  ])('%j', text => {
    const { code, problems } = failure('pg_restore', [text]);
    expect(code).toBe('PGR210');
    expect(problems[0].message).toContain(`unrecognised error: ${text.split('\n')[0]}`);
    expect(problems[0].diagnosis).toMatchObject({ kind: 'unrecognised', class: undefined });
  });

  test('and values of rows are in no report', () => {
    const { problems } = failure('pg_restore', [
      'pg_restore: error: COPY failed for table "t": ERROR:  x\nDETAIL:  Key (a)=(secret).\nHINT:  Do.\nCONTEXT:  COPY t, line 1: "secret"',
      `${query}y\nCommand was: INSERT INTO t VALUES ('secret');`,
      `${query}z\nCONTEXT:  SQL function "f" statement 1\nCommand was: CREATE INDEX i ON t (f(a));`,
    ]);
    expect(JSON.stringify(problems)).not.toContain('secret');
    expect(problems.map(({ diagnosis }) => diagnosis?.said)).toEqual([
      'pg_restore: error: COPY failed for table "t": ERROR:  x\nHINT:  Do.',
      `${query}y`,
      `${query}z\nCONTEXT:  SQL function "f" statement 1\nCommand was: CREATE INDEX i ON t (f(a));`,
    ]);
  });
});

describe('several errors', () => {
  const missing = (role: string) =>
    `${query}role "${role}" does not exist\nCommand was: ALTER TABLE x OWNER TO ${role};`;

  test('of one cause are one problem, with their number', () => {
    const { problems } = failure('pg_restore', Array<string>(314).fill(missing('billing')));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'PGR164',
      message: 'pg_restore: role "billing" does not exist on the target (and 313 errors that follow from it)',
      diagnosis: { kind: 'role-missing', class: 'fixable', follow: 313, said: missing('billing') },
    });
  });

  test('of several causes come in the order of the log; at most three are shown, the others counted', () => {
    const roles = ['d', 'a', 'c', 'b', 'e'];
    const { problems } = failure('pg_restore', [...roles, 'c'].map(missing));
    expect(problems.map(({ message }) => message)).toEqual([
      'pg_restore: role "d" does not exist on the target; and 2 more causes: see the log above',
      'pg_restore: role "a" does not exist on the target',
      'pg_restore: role "c" does not exist on the target (and 1 error that follows from it)',
    ]);
  });

  test('that were too many to be kept are counted', () => {
    const errors = [{ level: 'error', text: missing('a') }] as const;
    const run = { program: 'pg_restore', user: 'ann', database: 'app', entries: [] } as const;
    expect(toolFailure(run, { exitCode: 1, errors, count: 1_000_001 }).message).toMatch(
      /; and 1000000 more errors that were not looked at: see the log above$/,
    );
  });

  test('of which some touch nothing are told by the others', () => {
    const benign = `${query}schema "public" already exists\nCommand was: CREATE SCHEMA public;`;
    expect(failure('pg_restore', [benign, missing('a')]).code).toBe('PGR164');
    expect(failure('pg_restore', [benign]).problems[0].diagnosis?.class).toBe('benign');
  });
});

test('where psql ended is told with a known cause as well', () => {
  const { code, problems } = failure('psql', ['psql: line 12: ERROR: role "billing" does not exist'], 3);
  expect(code).toBe('PGR164');
  expect(problems[0].message).toBe('psql: line 12: role "billing" does not exist on the target');
});

describe('an unknown cause', () => {
  test('is told in the words of the tool, of which the first lines are enough', () => {
    const { code, problems } = failure('pg_restore', ['pg_restore: error: one\ntwo\nthree\nfour']);
    expect(code).toBe('PGR210');
    expect(problems[0].message).toBe('pg_restore: unrecognised error: pg_restore: error: one two three');
  });

  test('without words is told by the exit code', () => {
    expect(failure('pg_dump', [], 127).problems[0].message).toBe(
      'pg_dump failed: it ended with exit code 127 and said nothing',
    );
  });
});
