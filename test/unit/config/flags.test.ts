import { expect, test } from 'vitest';
import { brief, type Case, parse, problemsOf, withSteps } from './declarations.ts';

const dump = (flags: string, others = '') =>
  withSteps('  - dump:', '      from: source', '      to: out', `      flags: { ${flags} }`, ...others.split('\n'));
const restore = (flags: string, others = '') =>
  withSteps('  - restore:', '      from: out', '      into: target', `      flags: { ${flags} }`, others);

const cases: readonly Case[] = [
  [
    'a slip',
    dump('no-coments: true'),
    ['PGR122 9:16 dump.flags: the key "no-coments" is unknown; did you mean "no-comments"?'],
  ],
  [
    'another way to write it',
    dump('no_comments: true'),
    ['PGR122 9:16 dump.flags: the key "no_comments" is unknown; did you mean "no-comments"?'],
  ],
  ['an option of no tool', dump('constructor: true'), ['PGR122 9:16 dump.flags: the key "constructor" is unknown']],
  [
    'an option of a later tool',
    dump('exit-on-error: true'),
    ['PGR122 9:16 dump.flags: the key "exit-on-error" is unknown'],
  ],
  ['what has a key', dump('jobs: 4'), ['PGR155 9:16 dump.flags: --jobs is set by the key jobs']],
  [
    'what has a key deeper down',
    dump('exclude-table-data: a'),
    ['PGR155 9:16 dump.flags: --exclude-table-data is set by the key exclude.table-data'],
  ],
  ['what the connection says', dump('--host: db'), ['PGR155 9:16 dump.flags: --host is set by connections.NAME.host']],
  [
    'what would ask',
    dump('password: true'),
    [
      'PGR155 9:16 dump.flags: --password cannot be given: it asks at a terminal, and there is none; write password under the connection',
    ],
  ],
  [
    'what we do',
    dump('snapshot: 1-1'),
    [
      'PGR155 9:16 dump.flags: --snapshot cannot be given: our own session exports the snapshot, and counts the rows in it',
    ],
  ],
  [
    'a switch with a value',
    dump('no-comments: x'),
    ['PGR123 9:29 dump.flags.no-comments: expected true, found the text "x"'],
  ],
  [
    'a switch that is off',
    dump('no-comments: false'),
    ['PGR123 9:29 dump.flags.no-comments: expected true, found false'],
  ],
  [
    'a number that is text',
    dump('extra-float-digits: many'),
    ['PGR123 9:36 dump.flags.extra-float-digits: expected an integer from -15 to 3, found the text "many"'],
  ],
  ['a file outside', dump('filter: ../x'), ['PGR130 9:24 dump.flags.filter: the path leaves the workspace']],
  [
    'a list for one value',
    dump('encoding: [a, b]'),
    ['PGR123 9:26 dump.flags.encoding: expected a value (text in one line), found a list'],
  ],
  [
    'no map',
    withSteps('  - dump: { from: source, to: out, flags: [x] }'),
    ['PGR123 6:43 dump.flags: expected a map of options of pg_dump, found a list'],
  ],
  [
    'globals that are not dumped',
    dump('no-comments: true', '      globals-flags: { no-comments: true }'),
    ['PGR150 10:22 dump.globals-flags: no globals are dumped'],
  ],
  [
    'what globals do not have',
    dump('no-comments: true', '      globals: true\n      globals-flags: { inserts: true }'),
    [
      'PGR155 11:24 dump.globals-flags: --inserts cannot be given: globals hold no databases; each of those has a dump of its own',
    ],
  ],
  [
    'half of the globals, twice',
    dump('no-comments: true', '      globals: true\n      globals-flags: { roles-only: true, tablespaces-only: true }'),
    ['PGR150 11:36 dump.globals-flags.roles-only: together they leave nothing to dump'],
  ],
  [
    'foreign rows by several jobs',
    dump('include-foreign-data: a', '      jobs: 2'),
    ['PGR150 10:13 dump.jobs: rows of foreign tables cannot be dumped by several jobs'],
  ],
  [
    'what an archive passes over',
    dump('use-set-session-authorization: true'),
    [
      'PGR150 9:47 dump.flags.use-set-session-authorization: only in the plain format it says how to restore; an archive is told when it is restored',
    ],
  ],
  ['what only a dump has', restore('no-sync: true'), ['PGR122 9:16 restore.flags: the key "no-sync" is unknown']],
  [
    'a command of psql',
    restore('command: drop'),
    ['PGR155 9:16 restore.flags: --command cannot be given: a restore runs the text of the dump set, and nothing else'],
  ],
  [
    'what psql would write somewhere',
    restore('output: "|cat"'),
    ['PGR155 9:16 restore.flags: --output cannot be given: what psql says belongs into the log of the run'],
  ],
  [
    'two sayings',
    restore('statistics: true, no-statistics: true'),
    ['PGR150 9:28 restore.flags.statistics: they say the opposite'],
  ],
];

test.each(cases)('%s', (_what, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});

test('problems say what to write', () => {
  const [one, two] = problemsOf(() => parse(dump('jobs: 4, password: true')));
  expect([one?.remedy, two?.remedy]).toEqual(['write jobs in the step', 'remove it']);
});

test('flags come through as they are', () => {
  const [first, second] = parse(
    withSteps(
      '  - dump:',
      '      from: source',
      '      to: out',
      '      flags: { no-security-labels: true, extra-float-digits: 2, include-foreign-data: a, --encoding: UTF8, filter: x/y }',
      '      globals: true',
      '      globals-flags: { roles-only: true }',
      '  - restore: { into: target, flags: { transaction-size: "${N}", pset: [a, b] } }',
    ),
    { N: '12' },
  ).steps;
  expect(first).toMatchObject({
    flags: {
      'no-security-labels': true,
      'extra-float-digits': 2,
      'include-foreign-data': ['a'],
      encoding: 'UTF8',
      filter: 'x/y',
    },
    'globals-flags': { 'roles-only': true },
  });
  expect(second).toMatchObject({ flags: { 'transaction-size': 12, pset: ['a', 'b'] } });
});
