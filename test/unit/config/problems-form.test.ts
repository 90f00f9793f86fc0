import { expect, test } from 'vitest';
import { brief, type Case, parse, problemsOf, withSteps } from './declarations.ts';

const cases: readonly Case[] = [
  ['nothing', '', ['PGR127 1:1 the file is empty']],
  ['a comment alone', '# later\n', ['PGR127 1:1 the file is empty']],
  [
    'every required key missing',
    'client:\n',
    ['version', 'steps'].map(key => `PGR127 1:1 ${key}: this key is required and missing`),
  ],
  [
    'a duplicate key',
    withSteps('  - sql:\n      on: target\n      run: x\n      on: source'),
    ['PGR121 9:7 the key "on" is given twice (first in line 7)'],
  ],
  [
    'two documents',
    `${withSteps('  - sql: { on: target, run: x }')}---\na: 1\n`,
    ['PGR121 7:1 the file has more than one document'],
  ],
  ['an unknown tag', 'version: !number 1\n', ['PGR121 1:10 a value has an unknown tag']],
  ['a binary tag', 'version: !!binary MQ==\n', ['PGR121 1:10 a value has an unknown tag']],
  ['a directive', '%YAML 1.1\n---\nversion: 1\n', ['PGR121 1:1 the file has a directive']],
  ['an open quote', 'version: "1\n', ['PGR121 2:1 a comma, colon, quote or bracket is missing']],
  ['a tab', 'client:\n\tversion: 15\n', ['PGR121 2:1 a line is indented with a tab']],
  ['a list as key', '? [a]\n: 1\n', ['PGR121 1:3 a key is a list or a map']],
  ['an alias without an anchor', withSteps('  - *later'), ['PGR121 6:5 an alias has no anchor before it']],
  [
    'a merge key',
    withSteps('  - sql: { <<: { on: target }, on: target, run: x }'),
    ['PGR122 6:12 sql: the key "<<" is unknown: merge keys are not supported'],
  ],
  [
    'a key in another case',
    withSteps('  - publish: { from: out, artifact: a, retentionDays: 3 }'),
    ['PGR122 6:40 publish: the key "retentionDays" is unknown; did you mean "retention-days"?'],
  ],
  [
    'half a key',
    withSteps('  - publish: { from: out, artifact: a, retenton: 3 }'),
    ['PGR122 6:40 publish: the key "retenton" is unknown; did you mean "retention-days"?'],
  ],
  [
    'a key in the wrong place',
    withSteps('  - sql: { on: target, run: x, retention-days: 3 }'),
    ['PGR122 6:32 sql: the key "retention-days" is unknown here'],
  ],
  [
    'an option beside its step',
    withSteps('  - sql: { on: target, run: x }', '    file: x.sql'),
    ['PGR122 7:5 the key "file" is unknown here', 'PGR123 7:5 a step has more than one key: "sql", "file"'],
  ],
  ['a step of the future', withSteps('  - migrate: { run: make }'), ['PGR122 6:5 the key "migrate" is unknown']],
];

test.each(cases)('%s', (_what, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});
