import { describe, expect, test } from 'vitest';
import type { RoundtripError } from '../../../src/errors.ts';
import type { Program } from '../../../src/postgres/process.ts';
import { toolFailure } from '../../../src/steps/tool-failure.ts';

function failure(program: Program, texts: readonly string[], exitCode = 1): RoundtripError {
  return toolFailure(
    program,
    exitCode,
    texts.map(text => ({ level: 'error', text })),
  ) as RoundtripError;
}

const connecting = 'connection to server at "db" (192.0.2.1), port 5432 failed:';

/** What the tools of 13 to 18 say; each was seen to be said. */
test.each<readonly [string, RegExp, Program, string]>([
  [
    'PGR151',
    /older than the server/,
    'pg_dump',
    'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 18.6; pg_dump version: 15.18',
  ],
  [
    'PGR201',
    /login of "ann"/,
    'pg_dump',
    `pg_dump: error: ${connecting} FATAL:  password authentication failed for user "ann"`,
  ],
  ['PGR201', /no password was given/, 'pg_dump', `pg_dump: error: ${connecting} fe_sendauth: no password supplied`],
  ['PGR201', /no role "ann" log in/, 'pg_dump', `pg_dump: error: ${connecting} FATAL:  role "ann" does not exist`],
  [
    'PGR201',
    /no role "ann" log in/,
    'pg_dump',
    `pg_dump: error: ${connecting} FATAL:  role "ann" is not permitted to log in`,
  ],
  [
    'PGR202',
    /database "app" does not exist/,
    'pg_dump',
    `pg_dump: error: ${connecting} FATAL:  database "app" does not exist`,
  ],
  [
    'PGR203',
    /encrypted or verified/,
    'pg_dump',
    `pg_dump: error: ${connecting} FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "ann", database "app", no encryption`,
  ],
  [
    'PGR203',
    /encrypted or verified/,
    'pg_restore',
    `pg_restore: error: ${connecting} server does not support SSL, but SSL was required`,
  ],
  [
    'PGR209',
    /free for role "ann"/,
    'pg_dump',
    `pg_dump: error: ${connecting} FATAL:  too many connections for role "ann"`,
  ],
  [
    'PGR209',
    /no connection is free/,
    'pg_restore',
    `pg_restore: error: reconnection failed: ${connecting} FATAL:  sorry, too many clients already`,
  ],
  [
    'PGR209',
    /no connection is free/,
    'pg_dump',
    `pg_dump: error: ${connecting} FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`,
  ],
  [
    'PGR200',
    /no connection to db/,
    'pg_dump',
    `pg_dump: error: ${connecting} Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`,
  ],
  [
    'PGR200',
    /db\.invalid is no known host/,
    'pg_dump',
    'pg_dump: error: could not translate host name "db.invalid" to address: Name or service not known',
  ],
  [
    'PGR204',
    /was lost/,
    'pg_dump',
    'pg_dump: error: Dumping the contents of table "film" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally',
  ],
  [
    'PGR204',
    /was lost/,
    'pg_restore',
    'pg_restore: error: could not execute query: FATAL:  terminating connection due to administrator command',
  ],
  [
    'PGR206',
    /lock/,
    'pg_dump',
    'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout\npg_dump: detail: Query was: LOCK TABLE public.film IN ACCESS SHARE MODE',
  ],
  [
    'PGR206',
    /lock/,
    'pg_dump',
    'pg_dump: error: could not obtain lock on relation "public.film"\nThis usually means that someone requested an ACCESS EXCLUSIVE lock',
  ],
  [
    'PGR191',
    /row-level security hides rows of "film"/,
    'pg_dump',
    'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "film"\nHINT:  To disable the policy for the table\'s owner, use ALTER TABLE NO FORCE ROW LEVEL SECURITY.',
  ],
  [
    'PGR190',
    /may not read two words/,
    'pg_dump',
    'pg_dump: error: query failed: ERROR:  permission denied for table two words\npg_dump: detail: Query was: LOCK TABLE x',
  ],
  [
    'PGR190',
    /may not read film_id_seq/,
    'pg_dump',
    'pg_dump: error: query failed: ERROR:  permission denied for sequence film_id_seq\npg_dump: detail: Query was: SELECT last_value, is_called FROM public.film_id_seq',
  ],
  [
    'PGR210',
    /may not write to public/,
    'pg_restore',
    'pg_restore: error: could not execute query: ERROR:  permission denied for schema public\nLINE 1: CREATE TABLE public.film (\n                     ^\nCommand was: CREATE TABLE public.film (',
  ],
  [
    'PGR210',
    /may not write to "postgis", or make it/,
    'pg_restore',
    'pg_restore: error: could not execute query: ERROR:  permission denied to create extension "postgis"\nHINT:  Must be superuser to create this extension.',
  ],
  [
    'PGR164',
    /role "billing" does not exist on the target/,
    'pg_restore',
    'pg_restore: error: could not execute query: ERROR:  role "billing" does not exist\nCommand was: ALTER TABLE public.film OWNER TO billing;',
  ],
  [
    'PGR210',
    /extension "vector" is not installed/,
    'pg_restore',
    'pg_restore: error: could not execute query: ERROR:  extension "vector" is not available\nDETAIL:  Could not open extension control file "/usr/share/postgresql/15/extension/vector.control"',
  ],
  [
    'PGR210',
    /extension "vector" is not installed/,
    'pg_restore',
    'pg_restore: error: could not execute query: ERROR:  could not open extension control file "/usr/share/extension/vector.control": No such file or directory',
  ],
  [
    'PGR180',
    /the filter nope\.\* matches nothing/,
    'pg_dump',
    'pg_dump: error: no matching tables were found for pattern "nope.*"',
  ],
  ['PGR220', /disk is full/, 'pg_dump', 'pg_dump: error: could not write to output file: No space left on device'],
  [
    'PGR220',
    /disk is full/,
    'pg_restore',
    'pg_restore: error: COPY failed for table "film": ERROR:  could not extend file "base/16385/16390": No space left on device\nHINT:  Check free disk space.',
  ],
])('%s %s', (code, words, program, text) => {
  const error = failure(program, [text]);
  expect(error.code).toBe(code);
  expect(error.problems[0].message).toMatch(words);
  expect(error.problems[0].message).toMatch(new RegExp(`^${program}: `));
});

describe('what the database says is no cause', () => {
  test.each([
    'pg_restore: error: could not execute query: ERROR:  syntax error at or near "json"\nCommand was: CREATE FUNCTION f() AS $$ raise \'No space left on device\' $$;',
    'pg_restore: error: COPY failed for table "log": ERROR:  duplicate key value violates unique constraint "log_pkey"\nDETAIL:  Key (line)=(No space left on device) already exists.',
    'pg_restore: error: COPY failed for table "log": ERROR:  invalid input syntax for type json\nCONTEXT:  COPY log, line 1, column x: "No space left on device"',
    "pg_dump: error: query failed: ERROR:  division by zero\npg_dump: detail: Query was: SELECT 'No space left on device'",
  ])('%j', text => {
    const { code, problems } = failure('pg_restore', [text]);
    expect(code).toBe('PGR210');
    expect(problems[0].message).toContain(text.split('\n')[0]);
  });

  test('in the second error of a client of 13 either', () => {
    const { problems } = failure('pg_dump', [
      'pg_dump: error: query failed: ERROR:  x',
      "pg_dump: error: query was: SELECT 'No space left on device'",
    ]);
    expect(problems[0].message).toBe('pg_dump failed: pg_dump: error: query failed: ERROR:  x (and 1 more error)');
  });
});

describe('several errors', () => {
  test('are told by the one whose cause is known', () => {
    const { code, problems } = failure('pg_restore', [
      'pg_restore: error: could not execute query: ERROR:  relation "film" does not exist',
      'pg_restore: error: could not execute query: ERROR:  role "billing" does not exist',
      'pg_restore: error: could not execute query: ERROR:  relation "film" does not exist',
    ]);
    expect(code).toBe('PGR164');
    expect(problems[0].message).toMatch(/ \(and 2 more errors\)$/);
  });

  test('are told by the deepest cause', () => {
    const { code } = failure('pg_restore', [
      'pg_restore: error: could not execute query: ERROR:  role "billing" does not exist',
      'pg_restore: error: COPY failed for table "film": ERROR:  could not extend file "base/1/2": No space left on device',
    ]);
    expect(code).toBe('PGR220');
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
    expect(problems[0].message).toBe('pg_restore failed: pg_restore: error: one two three');
  });

  test('without words is told by the exit code', () => {
    expect(failure('pg_dump', [], 127).problems[0].message).toBe(
      'pg_dump failed: it ended with exit code 127 and said nothing',
    );
  });
});
