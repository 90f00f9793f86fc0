import { describe, expect, test } from 'vitest';
import { brief, type Case, parse, problemsOf, withSteps } from './declarations.ts';

const steps = (...lines: readonly string[]) => parse(withSteps(...lines.map(line => `  - ${line}`))).steps;

describe('a dump set from elsewhere', () => {
  test.each([
    ['of this run', '', { kind: 'this' }],
    ['of the latest run', ', from: {}', { kind: 'latest' }],
    [
      'of a branch and workflow',
      ', from: { branch: main, workflow: b.yml }',
      { kind: 'latest', branch: 'main', workflow: 'b.yml' },
    ],
    [
      'of one run elsewhere',
      ', from: { run: 12345678901, repository: octo/shop }',
      { kind: 'one', id: 12_345_678_901, repository: 'octo/shop' },
    ],
  ])('%s', (_, keys, run) => {
    expect(steps(`fetch: { artifact: nightly, to: dumps/x${keys} }`)).toMatchObject([
      {
        source: { kind: 'artifact', name: 'nightly', run },
        to: 'dumps/x',
        maximumBytes: 100e9,
        'allow-foreign': undefined,
      },
    ]);
  });

  test('is what later steps mean, as one that was dumped', () => {
    expect(
      steps(
        'fetch: { folder: backups/one, to: dumps/x, max-size: 5MB }',
        'restore: { into: target }',
        'publish: { artifact: again }',
      ),
    ).toMatchObject([{ maximumBytes: 5e6 }, { from: 'dumps/x' }, { from: 'dumps/x' }]);
  });

  test('may be written in one line', () => {
    expect(
      steps(
        'dump: { from: source, to: dumps/own }',
        'restore: { from: "artifact:nightly@main", into: target }',
        'verify:',
        'restore: { from: "artifact:other", into: target }',
      ),
    ).toMatchObject([
      { kind: 'fetch', source: { name: 'nightly', run: { kind: 'latest', branch: 'main' } }, to: 'dumps/nightly@main' },
      { kind: 'fetch', source: { name: 'other', run: { kind: 'this' } }, to: 'dumps/other' },
      { kind: 'dump' },
      { kind: 'restore', from: 'dumps/nightly@main' },
      { kind: 'verify', from: 'dumps/nightly@main' },
      { kind: 'restore', from: 'dumps/other' },
    ]);
  });
});

const cases: readonly Case[] = [
  [
    'a fetch behind other steps',
    withSteps('  - dump: { from: source, to: a }', '  - fetch: { folder: b, to: c }'),
    ['PGR128 7:5 fetch: a fetch stands behind a step that is no fetch'],
  ],
  [
    'two fetches to one folder',
    withSteps('  - fetch: { folder: a, to: c }', '  - fetch: { folder: b, to: c }'),
    [
      'PGR150 6:29 fetch.to: another fetch writes to the same folder',
      'PGR150 7:29 fetch.to: another fetch writes to the same folder',
    ],
  ],
  [
    'a fetch to the folder of a dump',
    withSteps('  - fetch: { folder: a, to: c }', '  - dump: { from: source, to: c }'),
    [
      'PGR150 6:29 fetch.to: a dump step writes to the same folder',
      'PGR150 7:31 dump.to: a dump step before writes to the same folder',
    ],
  ],
  [
    'a fetch to where it comes from',
    withSteps('  - fetch: { folder: a, to: a }'),
    ['PGR150 6:29 fetch.to: it is the folder to fetch from'],
  ],
  [
    'from nowhere',
    withSteps('  - fetch: { to: a }'),
    ['PGR127 6:12 fetch: none of artifact, folder, storage, url is given'],
  ],
  [
    'one run and a branch',
    withSteps('  - fetch: { artifact: a, to: b, from: { run: 1, branch: main } }'),
    ['PGR150 6:50 fetch.from: run and branch exclude each other'],
  ],
  [
    'sizes and workflows of other forms',
    withSteps('  - fetch: { artifact: a, to: b, max-size: 5, from: { workflow: a/b.yml } }'),
    [
      'PGR123 6:44 fetch.max-size: expected a size such as 500MB or 20GB, found the number 5',
      'PGR123 6:65 fetch.from.workflow: expected the file name of a workflow, such as backup.yml, found the text "a/b.yml"',
    ],
  ],
  [
    'a prune that keeps nothing',
    withSteps('  - prune: { folder: a, keep: {} }'),
    ['PGR127 6:31 prune.keep: none of last, daily, weekly, monthly, yearly is given'],
  ],
  [
    'a prune of zero',
    withSteps('  - prune: { folder: a, keep: { last: 0 } }'),
    ['PGR123 6:39 prune.keep.last: expected an integer from 1 to 10000, found the number 0'],
  ],
];

test.each(cases)('%s is refused', (_, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});
