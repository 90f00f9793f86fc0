import { describe, expect, test } from 'vitest';
import {
  argumentsWith,
  effectsOf,
  type Flags,
  flagArguments,
  notesOf,
  requireKnown,
} from '../../../../src/postgres/options/flags.ts';
import type { ToolName } from '../../../../src/postgres/options/model.ts';
import { tools } from '../../../../src/postgres/options/tools.ts';
import { refusalOf } from '../../refusal.ts';

describe('arguments', () => {
  test.each<readonly [string, Flags, readonly string[]]>([
    ['none', {}, []],
    ['a switch', { 'quote-all-identifiers': true }, ['--quote-all-identifiers']],
    ['text that looks like an option', { encoding: '-x y' }, ['--encoding=-x y']],
    ['a number', { 'extra-float-digits': 0 }, ['--extra-float-digits=0']],
    ['a list', { 'include-foreign-data': ['a', 'b'] }, ['--include-foreign-data=a', '--include-foreign-data=b']],
  ])('%s', (_, flags, expected) => {
    expect(flagArguments(tools.pg_dump, flags, '/srv/space')).toEqual(expected);
  });

  test('an option of the other tool that restores', async () => {
    expect(await refusalOf(() => flagArguments(tools.pg_restore, { csv: true }, '/srv'))).toMatchObject({
      code: 'PGR155',
    });
    expect(await refusalOf(() => flagArguments(tools.psql, { 'transaction-size': 5 }, '/srv'))).toMatchObject({
      code: 'PGR155',
    });
    expect(flagArguments(tools.psql, { csv: true }, '/srv')).toEqual(['--csv']);
  });
});

test.each<readonly [ToolName, string, number, string | undefined]>([
  ['pg_dump', '--no-data', 17, '--no-data needs pg_dump 18 or newer, and the client is 17'],
  ['pg_dump', '--no-data', 18, undefined],
  ['pg_dump', '--include-foreign-data=x', 12, '--include-foreign-data needs pg_dump 13 or newer, and the client is 12'],
  ['pg_restore', '--transaction-size=7', 16, '--transaction-size needs pg_restore 17 or newer, and the client is 16'],
  ['pg_dump', '--no-comments', 12, undefined],
  [
    'pg_dump',
    '--no-synchronized-snapshots',
    15,
    'pg_dump has --no-synchronized-snapshots up to 14 only, and the client is 15',
  ],
  ['pg_dump', '--no-synchronized-snapshots', 14, undefined],
])('%s %s of client %i', async (tool, argument, major, message) => {
  const refused = await refusalOf(() =>
    requireKnown(tool, ['--dbname=--no-data', argument, '--', '--no-schema'], major),
  );
  expect(refused && [refused.code, refused.message]).toEqual(message && ['PGR156', message]);
});

test('what an option does is known from the arguments alone', () => {
  const given = ['--schema=--encoding', '--encoding=LATIN1', '--no-comments', '--quote-all-identifiers'];
  expect(argumentsWith(tools.pg_dump, given, 'prints')).toEqual(['--encoding=LATIN1', '--quote-all-identifiers']);
  expect(effectsOf(tools.pg_restore, ['--no-table-access-method'])).toEqual([{ kind: 'resets-access-methods' }]);
  expect(notesOf(tools.pg_dump, ['--statistics'])).toEqual(["the planner's statistics: never compared"]);
  expect(notesOf(tools.pg_dump, given)).toEqual([]);
});
