import { expect, test } from 'vitest';
import { brief, parse, problemsOf, withSteps } from './declarations.ts';

test('each step takes what it does not say from the nearest step before', () => {
  const config = parse(
    withSteps(
      '  - dump: { from: source, to: one }',
      '  - restore: { into: target, databases: [a], as: { a: b } }',
      '  - verify:',
      '  - dump: { from: source, to: two }',
      '  - publish: { folder: copy }',
      '  - restore: { into: target }',
      '  - verify: { level: objects }',
      '  - verify: { from: one }',
      '  - verify: { from: three, into: target }',
      '  - publish: { from: one, artifact: a }',
    ),
  );
  expect(config.steps.filter(({ kind }) => kind !== 'dump')).toMatchObject([
    { kind: 'restore', from: 'one', databases: ['a'], as: { a: 'b' } },
    {
      kind: 'verify',
      level: 'counts',
      sample: undefined,
      'show-keys': false,
      from: 'one',
      into: 'target',
      databases: ['a'],
      as: { a: 'b' },
    },
    { kind: 'publish', from: 'two', to: { kind: 'folder', path: 'copy' } },
    { kind: 'restore', from: 'two', databases: [], as: {} },
    { kind: 'verify', level: 'objects', from: 'two', databases: [], as: {} },
    { kind: 'verify', from: 'one', databases: ['a'], as: { a: 'b' } },
    { kind: 'verify', from: 'three', into: 'target', databases: [], as: {} },
    { kind: 'publish', from: 'one', to: { kind: 'artifact', name: 'a' } },
  ]);
});

test('a dump needs no from where only one connection is no target', () => {
  const config = parse(withSteps('  - dump: { to: one }', '  - restore: { into: target }'));
  expect(config.steps[0]).toMatchObject({ kind: 'dump', from: 'source' });
});

test('a dump needs from where two connections could be meant', () => {
  expect(problemsOf(() => parse(withSteps('  - dump: { to: one }'))).map(brief)).toEqual([
    'PGR127 6:5 dump.from: it is not plain which connection to dump from',
  ]);
});

test.each([
  ['out', 'out'],
  ['./a/b/../out', 'a/out'],
  ['/srv/space/out', 'out'],
  ['..out/x', '..out/x'],
  ['/srv/temporary/out', '/srv/temporary/out'],
  ['"${FOLDER}/out"', '/srv/temporary/out'],
])('the path %s is %s', (written, expected) => {
  const config = parse(withSteps(`  - dump: { from: source, to: ${written} }`), { FOLDER: '/srv/temporary' });
  expect(config.steps[0]).toMatchObject({ to: expected });
});

test.each([
  ['owners: keep', { owners: { kind: 'keep' } }],
  ['owners: app', { owners: { kind: 'role', role: 'app' } }],
  ['section: data', { section: ['data'] }],
  ['section: [post-data, pre-data, post-data]', { section: ['pre-data', 'post-data'] }],
  ['as: { __proto__: a }', { as: Object.fromEntries([['__proto__', 'a']]) }],
  ['overwrite: shop', { overwrite: ['shop'] }],
])('restore reads %s', (written, expected) => {
  const [step] = parse(withSteps(`  - restore: { from: out, into: target, ${written} }`)).steps;
  expect(step).toMatchObject(expected);
});

test.each([
  ['auto', 'auto'],
  ['none', 'none'],
  ['6', '6'],
  ['gzip', 'gzip'],
  ['zstd:3', 'zstd:3'],
  ['"zstd:level=3,long=1"', 'zstd:level=3,long=1'],
])('dump reads compress: %s', (written, expected) => {
  const [step] = parse(withSteps(`  - dump: { from: source, to: out, compress: ${written} }`)).steps;
  expect(step).toMatchObject({ compress: expected });
});

test.each([
  ['client: { version: 15 }', { client: { kind: 'major', major: 15 } }],
  ['client: { version: auto }', { client: { kind: 'auto' } }],
  ['client: { path: /opt/postgresql/bin }', { client: { kind: 'path', path: '/opt/postgresql/bin' } }],
  ['timeouts: { total: 1h, lock: 5 }', { timeouts: { connect: 10, lock: 5, stall: 120, total: 3600 } }],
])('%s', (written, expected) => {
  expect(parse(`${withSteps('  - sql: { on: target, file: a.sql }')}${written}\n`)).toMatchObject({
    ...expected,
    steps: [{ kind: 'sql', on: 'target', database: undefined, statements: { kind: 'file', path: 'a.sql' } }],
  });
});
