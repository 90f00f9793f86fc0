import { expect, test } from 'vitest';
import { useListArgument } from '../../../src/postgres/arguments.ts';
import type { Command } from '../../../src/postgres/process.ts';
import { passedOnLast } from '../../../src/selection/passed-on-grants.ts';
import { entryOf as entry } from '../postgres/archive/entries.ts';

const grant = entry({ description: 'ACL', tag: 'TABLE a', definition: 'GRANT SELECT ON TABLE s.a TO x;' });
const passedOn = entry({
  description: 'ACL',
  tag: 'TABLE b',
  definition:
    'GRANT SELECT ON TABLE s.b TO x WITH GRANT OPTION;\nSET SESSION AUTHORIZATION x;\nGRANT SELECT ON TABLE s.b TO y;\n',
});
const body = entry({ description: 'FUNCTION', tag: 'f()', definition: "AS '\nSET SESSION AUTHORIZATION x;\n'" });
const entries = [body, grant, passedOn];

function restore(...given: readonly string[]): Command {
  return { program: 'pg_restore', path: '/bin/pg_restore', arguments: given, environment: {} };
}
const argumentsOf = (command: Command, given = entries) =>
  passedOnLast({ command, entries: given }).map(run => [run.command.arguments, run.entries]);

test('one worker takes grants in their order', () => {
  const alone = restore('--jobs=1', 'x.dir');
  expect(argumentsOf(alone)).toEqual([[['--jobs=1', 'x.dir'], entries]]);
  expect(argumentsOf(restore('x.dir'))).toEqual([[['x.dir'], entries]]);
});

test('without a grant that was passed on there is one run as well', () => {
  const command = restore('--jobs=2', 'x.dir');
  expect(argumentsOf(command, [body, grant])).toEqual([
    [
      ['--jobs=2', 'x.dir'],
      [body, grant],
    ],
  ]);
});

test('several workers get them afterwards, one by one', () => {
  expect(argumentsOf(restore('--argv0', 'pg_restore', '--jobs=2', '--section=pre-data', 'x.dir'))).toEqual([
    [
      ['--argv0', 'pg_restore', '--jobs=2', useListArgument, '--section=pre-data', 'x.dir'],
      [body, grant],
    ],
    [['--argv0', 'pg_restore', useListArgument, 'x.dir'], [passedOn]],
  ]);
  expect(argumentsOf(restore(useListArgument, '--jobs=2', 'x.dir'))).toEqual([
    [
      [useListArgument, '--jobs=2', 'x.dir'],
      [body, grant],
    ],
    [[useListArgument, 'x.dir'], [passedOn]],
  ]);
});
