import { expect, test } from 'vitest';
import { parse, problemsOf, withSteps } from './declarations.ts';

const bomb = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]']
  .concat(
    Array.from({ length: 20 }, (_, level) => `a${level}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(', ')}]`),
  )
  .join('\n');

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Texts that are made to exhaust the machine, and the code that stops them. */
const hostile: readonly (readonly [string, () => string, string])[] = [
  ['an alias bomb', () => bomb, 'PGR120'],
  ['20 000 nested lists', () => `a: ${'['.repeat(20_000)}`, 'PGR120'],
  ['500 000 nested lists', () => '['.repeat(500_000), 'PGR120'],
  ['nested maps of one line', () => `a: ${'{a: '.repeat(100_000)}`, 'PGR120'],
  ['nested items of one line', () => '- '.repeat(300_000), 'PGR120'],
  ['nested keys', () => '? '.repeat(300_000), 'PGR120'],
  ['deep indentation', () => lines(1_000, index => `${' '.repeat(index)}a:`), 'PGR120'],
  ['65 levels', () => `${'['.repeat(65)}${']'.repeat(65)}`, 'PGR120'],
  ['2 MiB', () => `# ${'x'.repeat(2 * 1024 * 1024)}`, 'PGR120'],
  ['one byte too many, in two-byte letters', () => `# ${'é'.repeat(512 * 1024)}`, 'PGR120'],
  ['150 000 values', () => `steps: [${'1,'.repeat(150_000)}]`, 'PGR120'],
  ['120 000 aliases', () => `a: &a 1\nsteps: [${'*a,'.repeat(120_000)}]`, 'PGR120'],
  ['80 000 unknown keys', () => lines(80_000, index => `key${index}: 1`), 'PGR122'],
  ['80 000 equal keys', () => lines(80_000, () => 'key: 1'), 'PGR121'],
  ['200 000 syntax errors', () => ']\n'.repeat(200_000), 'PGR121'],
  ['200 000 documents', () => '---\n'.repeat(200_000), 'PGR121'],
];

test.each(hostile)('%s', (_what, text, code) => {
  const problems = problemsOf(() => parse(text()));
  expect(problems.map(problem => problem.code)).toContain(code);
  expect(problems.length).toBeLessThanOrEqual(100);
});

test('variables cannot fill the memory', () => {
  const text = withSteps(...Array.from({ length: 5_000 }, () => '  - sql: { on: target, run: "${BIG} ${BIG}" }'));
  const problems = problemsOf(() => parse(text, { BIG: 'x'.repeat(1024 * 1024) }));
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['PGR120']));
});

test('64 levels are not too deep', () => {
  const codes = problemsOf(() => parse(`${'['.repeat(64)}${']'.repeat(64)}`)).map(({ code }) => code);
  expect(codes).toEqual(['PGR123']);
});

test('an honest alias is no bomb', () => {
  const text = withSteps(
    '  - dump: { from: source, to: one, exclude: { table: &large [a, b] } }',
    '  - dump: { from: source, to: two, exclude: { table: *large } }',
  );
  expect(parse(text).steps[1]).toMatchObject({ exclude: { table: ['a', 'b'] } });
});

test('a large file of one step is read', () => {
  const tables = lines(20_000, index => `          - table_${index}`);
  const text = withSteps(
    '  - dump:',
    '      from: source',
    '      to: out',
    '      exclude:',
    '        table:',
    tables,
  );
  const [step] = parse(text).steps;
  expect(step?.kind === 'dump' && step.exclude.table.length).toBe(20_000);
});
