import { expect, test } from 'vitest';
import { brief, type Case, parse, problemsOf, withSteps } from './declarations.ts';

const cases: readonly Case[] = [
  [
    'a list',
    '- a\n',
    [
      'PGR123 1:1 expected a map with the keys version, connections, storages, client, timeouts, retries, steps, found a list',
    ],
  ],
  [
    'an alias of itself',
    withSteps('  - &one [*one]'),
    [
      'PGR123 6:10 expected a step with one of the keys fetch, dump, restore, verify, compare, clone, sql, publish, prune, found a list',
      'PGR121 6:11 an alias has no anchor before it',
    ],
  ],
  [
    'a misspelt key',
    withSteps('  - dump: { to: out, form: source }'),
    [
      'PGR127 6:5 dump.from: it is not plain which connection to dump from',
      'PGR122 6:22 dump: the key "form" is unknown; did you mean "from"?',
    ],
  ],
  [
    'a word for a number',
    withSteps('  - dump: { from: source, to: out, jobs: "4x" }'),
    ['PGR123 6:42 dump.jobs: expected an integer from 1 to 64 or auto, found the text "4x"'],
  ],
  [
    'a number in quotes',
    withSteps('  - dump: { from: source, to: out, jobs: "4" }'),
    ['PGR123 6:42 dump.jobs: expected an integer from 1 to 64 or auto, found the text "4"'],
  ],
  [
    'a number out of range',
    withSteps('  - dump: { from: source, to: out, jobs: 65 }'),
    ['PGR123 6:42 dump.jobs: expected an integer from 1 to 64 or auto, found the number 65'],
  ],
  [
    'nothing for text',
    withSteps('  - sql: { on: target, run: }'),
    ['PGR123 6:29 sql.run: expected SQL statements, found nothing'],
  ],
  [
    'yes for true',
    withSteps('  - dump: { from: source, to: out, globals: yes }'),
    ['PGR123 6:45 dump.globals: expected true or false or only, found the text "yes"'],
  ],
  [
    'a duration with another unit',
    `${withSteps('  - sql: { on: target, run: x }')}timeouts: { lock: 5d }\n`,
    ['PGR123 7:19 timeouts.lock: expected a duration such as 30s, 2m or 1h (at most 168h), found the text "5d"'],
  ],
  [
    'no waiting at all',
    `${withSteps('  - sql: { on: target, run: x }')}timeouts: { stall: 0 }\n`,
    ['PGR123 7:20 timeouts.stall: expected a duration such as 30s, 2m or 1h (at most 168h), found the number 0'],
  ],
  [
    'an empty list',
    withSteps('  - dump: { from: source, to: out, databases: [] }'),
    ['PGR123 6:47 dump.databases: the list is empty'],
  ],
  [
    'a step that is a word',
    withSteps('  - verify'),
    [
      'PGR123 6:5 expected a step with one of the keys fetch, dump, restore, verify, compare, clone, sql, publish, prune, found the text "verify"',
    ],
  ],
  ['a step without key', withSteps('  - {}'), ['PGR127 6:5 a step has no key']],
  [
    'a step with two keys',
    withSteps('  - sql: { on: target, run: x }', '    publish: { from: a, folder: b }'),
    ['PGR123 7:5 a step has more than one key: "sql", "publish"'],
  ],
  ['neither text nor file', withSteps('  - sql: { on: target }'), ['PGR127 6:10 sql: none of run, file is given']],
  [
    'yes as a reason',
    withSteps('  - publish: { from: out, artifact: a, allow-public: true }'),
    ['PGR123 6:54 publish.allow-public: expected a reason of at least 10 characters, as text, found true'],
  ],
];

test.each(cases)('%s', (_what, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});

test.each([
  ['level: count', 'write counts'],
  ['level: deep', 'correct the value'],
])('a word that is nearly one of those that are allowed: %s', (key, remedy) => {
  const [problem] = problemsOf(() =>
    parse(withSteps('  - dump: { to: out, from: source }', '  - restore: { into: target }', `  - verify: { ${key} }`)),
  );
  expect(problem).toMatchObject({ code: 'PGR123', remedy });
});

test.each([
  ['format: dir', 'write directory'],
  ['globals: yes', 'write true'],
  ['globals: "off"', 'write false'],
  ['globals: onl', 'write only'],
  ['jobs: aut', 'write auto'],
  ['jobs: "4"', 'write a number in that range, without quotes'],
])('what is meant by %s', (key, remedy) => {
  const [problem] = problemsOf(() => parse(withSteps(`  - dump: { to: out, from: source, ${key} }`)));
  expect(problem).toMatchObject({ code: 'PGR123', remedy });
});
