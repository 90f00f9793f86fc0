import { expect, test } from 'vitest';
import { parse, problemsOf, withSteps } from './declarations.ts';

test('all problems are found at once, in the order of their places, each with a way out', () => {
  const text = `connections:
  a: { url: "postgres://localhost/x", host: b }
  b: { host: "\${HOST}" }
steps:
  - dump: { from: nowhere, to: ../x, jobs: 0 }
  - restore: { into: c }
  - sql: { on: c }
versoin: 1
`;
  const problems = problemsOf(() => parse(text));
  expect(problems.map(({ code, at }) => `${code} ${at?.line}`)).toEqual([
    'PGR127 1',
    'PGR105 2',
    'PGR124 3',
    'PGR130 5',
    'PGR123 5',
    'PGR128 6',
    'PGR127 7',
    'PGR122 8',
  ]);
  for (const { at, remedy } of problems) {
    expect(at?.file).toBe('roundtrip.yml');
    expect(remedy).not.toBe('');
  }
});

test('a step that could not be read is not held against those that build on it', () => {
  const text = withSteps(
    '  - dump: { to: out, jobs: 0 }',
    '  - restore: { into: target }',
    '  - verify:',
    '  - publish: { artifact: a }',
  );
  expect(problemsOf(() => parse(text)).map(({ code }) => code)).toEqual(['PGR123']);
});
