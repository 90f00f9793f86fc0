import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse.ts';
import { brief, problemsOf, surroundings, withSteps } from './declarations.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const github = {
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
};

function parse(text: string, environment: Readonly<Record<string, string>> = github) {
  return parseConfig(text, { ...surroundings, environment, now, file: 'roundtrip.yml' });
}

function publishedAs(artifact: string, databases = 'app', environment: Readonly<Record<string, string>> = github) {
  const steps = withSteps(
    `  - dump: { from: source, databases: ${databases}, to: dumps/x }`,
    `  - publish: { artifact: "${artifact}" }`,
  );
  const step = parse(steps, environment).steps.at(-1);
  return step?.kind === 'publish' && step.to.kind === 'artifact' ? step.to.name : undefined;
}

describe('names that differ from run to run', () => {
  test.each([
    ['nightly-{date}T{time}Z', 'nightly-2026-01-02T030405Z'],
    ['{database}-{run}-{sha}', 'app-4711-0123456789ab'],
    ['{run}', '4711-2', { ...github, GITHUB_RUN_ATTEMPT: '2' }],
    ['{run} {sha}', '9 fedcba', { CI_PIPELINE_ID: '9', CI_COMMIT_SHA: 'fedcba' }],
    ['plain', 'plain', {}],
  ])('%s', (artifact, expected, environment: Readonly<Record<string, string>> = github) => {
    expect(publishedAs(artifact, 'app', environment)).toBe(expected);
  });

  test('a database name that no file can have is encoded', () => {
    expect(publishedAs('{database}', '"a/b $&"')).toBe('a%2Fb%20%24%26');
  });

  test('the steps after a dump mean the same folder', () => {
    const { steps } = parse(
      withSteps(
        '  - dump: { from: source, databases: app, to: "dumps/{database}-{date}" }',
        '  - restore: { into: target }',
        '  - publish: { folder: "backups/{database}-{time}" }',
        '  - publish: { from: "dumps/app-{date}", folder: "more/{database}" }',
      ),
    );
    expect(steps).toMatchObject([
      { to: 'dumps/app-2026-01-02' },
      { from: 'dumps/app-2026-01-02' },
      { from: 'dumps/app-2026-01-02', to: { path: 'backups/app-030405' } },
      { from: 'dumps/app-2026-01-02', to: { path: 'more/app' } },
    ]);
  });

  test.each<readonly [string, string, readonly string[]]>([
    ['an unknown part', '{ from: source, to: "x/{dat}" }', ['PGR123 6:31 dump.to: unknown part of a name: {dat}']],
    [
      'a database that is not named',
      '{ from: source, to: "x/{database}" }',
      ['PGR123 6:31 dump.to: {database} stands for the one database that the step names'],
    ],
    [
      'one of several databases',
      '{ from: source, databases: [a, b], to: "x/{database}" }',
      ['PGR123 6:50 dump.to: {database} stands for the one database that the step names'],
    ],
    [
      'a pattern',
      '{ from: source, databases: a*, to: "x/{database}" }',
      ['PGR123 6:46 dump.to: {database} stands for the one database that the step names'],
    ],
    ['a run outside of a CI', '{ from: source, to: "x/{run}" }', ['PGR124 6:31 dump.to: {run} is not known here']],
    ['a way out', '{ from: source, to: "../{date}" }', ['PGR130 6:31 dump.to: the path leaves the workspace']],
  ])('%s is refused', (_, dump, problems) => {
    expect(problemsOf(() => parse(withSteps(`  - dump: ${dump}`), {})).map(brief)).toEqual(problems);
  });

  test.each([
    ['restore: { from: "x/{database}", into: target }', 'restore.from'],
    ['fetch: { artifact: "{database}", to: x }', 'fetch.artifact'],
  ])('where no database is named, as in %s, {database} is refused', (step, key) => {
    expect(problemsOf(() => parse(withSteps(`  - ${step}`))).map(({ message }) => message)).toContainEqual(
      `${key}: {database} stands for nothing here`,
    );
  });
});
