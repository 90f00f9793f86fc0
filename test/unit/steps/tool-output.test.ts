import { describe, expect, test } from 'vitest';
import type { Program } from '../../../src/postgres/process.ts';
import {
  createMessageReader,
  errorsWithin,
  isBenign,
  startedTable,
  type ToolMessage,
} from '../../../src/postgres/tool-output.ts';

function read(program: Program, lines: readonly string[]): readonly ToolMessage[] {
  const messages: ToolMessage[] = [];
  const reader = createMessageReader(program, message => messages.push(message));
  for (const line of lines) reader.line(line);
  reader.end();
  return messages;
}

test('a benign error stays benign when another worker has begun to speak in the middle of it', () => {
  const [message] = read('pg_restore', [
    'pg_restore: error: pg_restore:could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
    'Command was: SET transaction_timeout = 0;',
    ' processing data for table "public.rental"',
  ]);
  expect(message?.level).toBe('error');
  expect(message !== undefined && isBenign(message)).toBe(true);
});

test('psql names the line of its input', () => {
  const messages = read('psql', [
    'psql:<stdin>:3: NOTICE:  x',
    'psql:<stdin>:7: WARNING:  y',
    'psql:<stdin>:12: ERROR:  z',
    'DETAIL:  w',
    'psql:<stdin>:13: error: backslash commands are restricted',
    'psql: error: connection to server at "h" failed',
  ]);
  expect(messages).toEqual([
    { level: 'progress', text: 'psql: line 3: NOTICE: x' },
    { level: 'warning', text: 'psql: line 7: WARNING: y' },
    { level: 'error', text: 'psql: line 12: ERROR: z\nDETAIL:  w' },
    { level: 'error', text: 'psql: line 13: error: backslash commands are restricted' },
    { level: 'error', text: 'psql: error: connection to server at "h" failed' },
  ]);
});

describe('lines become messages', () => {
  test.each<readonly [string, Program, readonly string[], readonly (readonly [ToolMessage['level'], number])[]]>([
    ['nothing', 'pg_dump', [], []],
    [
      'progress',
      'pg_dump',
      ['pg_dump: reading schemas', 'pg_dump: creating TABLE "a.b"'],
      [
        ['progress', 1],
        ['progress', 1],
      ],
    ],
    [
      'an error of 13',
      'pg_dump',
      ['pg_dump: error: query failed: ERROR:  x', 'pg_dump: error: query was: SELECT 1'],
      [['error', 2]],
    ],
    [
      'rows that 13 could not read',
      'pg_dump',
      [
        'pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.',
        'pg_dump: error: Error message from server: ERROR:  x',
        'pg_dump: error: The command was: COPY t',
      ],
      [['error', 3]],
    ],
    [
      'an error of 15',
      'pg_dump',
      ['pg_dump: error: query failed: ERROR:  x', 'pg_dump: detail: Query was: SELECT 1', 'pg_dump: hint: do'],
      [['error', 3]],
    ],
    ['an old fatal one', 'pg_restore', ['pg_restore: fatal: x'], [['error', 1]]],
    [
      'a statement',
      'pg_restore',
      [
        'pg_restore: error: could not execute query: ERROR:  x',
        'DETAIL:  d',
        'Command was: CREATE',
        '  TABLE',
        '',
        'pg_restore: warning: errors ignored on restore: 1',
      ],
      [
        ['error', 5],
        ['warning', 1],
      ],
    ],
    [
      'the server',
      'pg_dump',
      ['pg_dump: WARNING:  x', 'pg_dump: NOTICE:  y'],
      [
        ['warning', 1],
        ['progress', 1],
      ],
    ],
    ['another tool', 'pg_dump', ['pg_restore: error: x'], [['error', 1]]],
    ['the loader', 'pg_dump', ['/x/pg_dump: error while loading shared libraries: libpq.so.5'], [['error', 1]]],
    [
      'a name that only begins like it',
      'pg_dump',
      ['pg_dumpall: error: x', 'pg_dump: ready'],
      [
        ['error', 1],
        ['progress', 1],
      ],
    ],
  ])('of %s', (_, program, lines, expected) => {
    const messages = read(program, lines);
    expect(messages.map(({ level, text }) => [level, text.split('\n').length])).toEqual(expected);
    expect(messages.map(message => message.text).join('\n')).toBe(lines.join('\n'));
  });

  test.each<readonly [string, readonly string[], readonly (readonly [ToolMessage['level'], string])[]]>([
    [
      'in a line of another',
      ['pg_restore: processing data for table "a.b"pg_restore:', ' error: error returned by PQputCopyData: x', '\ty'],
      [
        ['progress', 'pg_restore: processing data for table "a.b"pg_restore:'],
        ['error', 'pg_restore: error: error returned by PQputCopyData: x\n\ty'],
      ],
    ],
    [
      'behind the name of another',
      ['pg_restore:pg_restore: error: COPY failed: x', 'pg_restore: pg_restore: creating INDEX "a.b"'],
      [
        ['error', 'pg_restore: error: COPY failed: x'],
        ['progress', 'pg_restore: creating INDEX "a.b"'],
      ],
    ],
  ])('of parallel workers: an error %s', (_, lines, expected) => {
    expect(read('pg_restore', lines).map(({ level, text }) => [level, text])).toEqual(expected);
  });

  test('of which none is endless', () => {
    const line = 'x'.repeat(1_000);
    const [message, next] = read('pg_restore', [
      'pg_restore: error: first',
      ...Array<string>(10_000).fill(line),
      'pg_restore: error: next',
      line,
    ]);
    expect(message?.text).toMatch(/^pg_restore: error: first\nx/);
    expect(message?.text.length).toBeLessThan(2_000_000);
    expect(next?.text).toBe(`pg_restore: error: next\n${line}`);
  });
});

describe('the entry that pg_restore names before an error', () => {
  const from = 'pg_restore: from TOC entry 215; 1259 16391 TABLE film postgres';
  test.each<readonly [string, readonly string[], readonly (number | undefined)[]]>([
    ['is that of the error', ['pg_restore: while PROCESSING TOC:', from, 'pg_restore: error: x'], [215]],
    ['is said once for several', [from, 'pg_restore: error: x', 'DETAIL: y', 'pg_restore: error: z'], [215, 215]],
    [
      'is over when something else begins',
      [from, 'pg_restore: creating TABLE "a"', 'pg_restore: error: x'],
      [undefined],
    ],
    ['may not be said at all', ['pg_restore: error: x'], [undefined]],
  ])('%s', (_, lines, expected) => {
    const errors = read('pg_restore', lines).filter(({ level }) => level === 'error');
    expect(errors.map(({ dumpId }) => dumpId)).toEqual(expected);
  });
});

describe('an error is benign', () => {
  const told = (parameter: string, command: string) =>
    `pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "${parameter}"\nCommand was: ${command}`;

  test.each<readonly [string, string, boolean]>([
    ['a setting of a newer client', told('transaction_timeout', 'SET transaction_timeout = 0;\n'), true],
    ['another', told('idle_in_transaction_session_timeout', 'SET idle_in_transaction_session_timeout = 0;'), true],
    ['a setting of an application', told('app.tenant', 'SET app.tenant = 0;'), false],
    ['a function with that setting', told('transaction_timeout', 'CREATE FUNCTION f() ...'), false],
    ['two settings that differ', told('transaction_timeout', 'SET idle_in_transaction_session_timeout = 0;'), false],
    [
      'an error in a function that speaks of it',
      'pg_restore: error: could not execute query: ERROR:  syntax error\nCommand was: CREATE FUNCTION f() AS $$ unrecognized configuration parameter "transaction_timeout" $$',
      false,
    ],
    [
      'a table of that name',
      `pg_restore: error: COPY failed for table "unrecognized configuration parameter "transaction_timeout"": ERROR:  x`,
      false,
    ],
  ])('%s', (_, text, expected) => {
    expect(isBenign({ level: 'error', text })).toBe(expected);
  });
});

test.each([
  ['pg_dump: dumping contents of table "public.film"', 'public.film'],
  ['pg_restore: processing data for table "public.film"', 'public.film'],
  ['pg_restore: processing data for table "s"x.a"b"', 's"x.a"b'],
  ['pg_dump: dumping contents of table "public.two\nlines"', 'public.two\nlines'],
  ['pg_dump: creating TABLE "public.film"', undefined],
  ['pg_restore: error: COPY failed for table "film": ERROR:  x', undefined],
])('%j begins %s', (text, table) => {
  expect(startedTable({ level: 'progress', text })).toBe(table);
});

test.each([
  [['pg_restore: processing data for table "a.b"pg_restore: error: COPY failed'], ['pg_restore: error: COPY failed']],
  [
    ['pg_restore: pg_restore: creating error: could not execute query: ERROR:  x'],
    ['error: could not execute query: ERROR:  x'],
  ],
  [['pg_restore: connecting to database for restore'], []],
])('errors that workers have written into other lines: %j', (lines, errors) => {
  expect(errorsWithin('pg_restore', lines).map(({ text }) => text)).toEqual(errors);
});
