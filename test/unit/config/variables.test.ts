import { expect, test } from 'vitest';
import { replaceVariables } from '../../../src/config/source/variables.ts';
import { brief, parse, problemsOf, withConnection, withSteps } from './declarations.ts';

const environment = { NAME: 'shop', EMPTY: '', TRICK: '${NAME} $${NAME}', constructor: undefined };

test.each([
  ['plain', 'plain'],
  ['${NAME}', 'shop'],
  ['a-${NAME}_${NAME}', 'a-shop_shop'],
  ['${EMPTY}', ''],
  ['${NAME:-other}', 'shop'],
  ['${EMPTY:-other}', 'other'],
  ['${UNSET:-other}', 'other'],
  ['${UNSET:-}', ''],
  ['${UNSET:-a:b/c d}', 'a:b/c d'],
  ['${NAME:?needed}', 'shop'],
  ['$${NAME}', '${NAME}'],
  ['$$${NAME}', '$${NAME}'],
  ['$NAME $1 $$ {NAME}', '$NAME $1 $$ {NAME}'],
  ['${TRICK}', '${NAME} $${NAME}'],
  ['$${UNSET}${NAME}', '${UNSET}shop'],
])('%s gives %s', (text, expected) => {
  const { pieces, faults } = replaceVariables(text, environment);
  expect(faults).toEqual([]);
  expect(pieces.map(piece => piece.text).join('')).toBe(expected);
});

test.each([
  ['${UNSET}', 'PGR124', 'the variable UNSET is not set'],
  ['${UNSET:?ask the owner}', 'PGR124', 'the variable UNSET is not set: ask the owner'],
  ['${EMPTY:?ask the owner}', 'PGR124', 'the variable EMPTY is empty: ask the owner'],
  ['${toString}', 'PGR124', 'the variable toString is not set'],
  ['${}', 'PGR123', 'a variable is written in a form that is not known'],
  ['${NAME', 'PGR123', 'a variable is written in a form that is not known'],
  ['${NAME-x}', 'PGR123', 'a variable is written in a form that is not known'],
  ['${1}', 'PGR123', 'a variable is written in a form that is not known'],
  ['${NAME:-${EMPTY}}', 'PGR123', 'a variable is written in a form that is not known'],
  ['${{ secrets.URL }}', 'PGR123', 'a workflow expression ${{ … }} stands in the declared file'],
])('%s is refused with %s', (text, code, what) => {
  expect(replaceVariables(text, environment).faults).toMatchObject([{ code, what }]);
});

test('every variable that is not set is reported at its value, and only once', () => {
  const text = withSteps('  - sql: { on: "${A}", run: "${B} ${C}" }');
  expect(problemsOf(() => parse(text)).map(brief)).toEqual([
    'PGR124 6:16 the variable A is not set',
    'PGR124 6:29 the variable B is not set',
    'PGR124 6:29 the variable C is not set',
  ]);
});

test('a variable never becomes structure', () => {
  const value = '[a, b]\n- c: {d: e}';
  const config = parse(withSteps('  - sql: { on: target, run: "${VALUE}" }'), { VALUE: value });
  expect(config.steps[0]).toMatchObject({ statements: { kind: 'text', text: value } });
  const list = () =>
    parse(withSteps('  - dump: { from: source, to: out, databases: "${VALUE}" }'), { VALUE: '[a, b]' });
  expect(list().steps[0]).toMatchObject({ databases: ['[a, b]'] });
});

test('keys are left as they are', () => {
  const text = withSteps('  - restore: { from: out, into: target, as: { "${NAME}": "${NAME}_copy" } }');
  expect(parse(text, environment).steps[0]).toMatchObject({ as: { '${NAME}': 'shop_copy' } });
  expect(problemsOf(() => parse('"${NAME}": 1\n', environment))[0]?.message).toContain('"${NAME}" is unknown');
});

test('numbers, booleans, choices and durations may come from variables', () => {
  const text = `${withSteps('  - dump: { from: source, to: out, jobs: "${JOBS}", globals: "${YES}", format: "${FORMAT}", compress: "${LEVEL}" }')}timeouts: { lock: "\${LOCK}", stall: "\${STALL}" }\n`;
  const config = parse(text, { JOBS: '4', YES: 'TRUE', FORMAT: 'directory', LEVEL: '6', LOCK: '2m', STALL: '90' });
  expect(config.steps[0]).toMatchObject({ jobs: 4, globals: true, format: 'directory', compress: '6' });
  expect(config.timeouts).toMatchObject({ lock: 120, stall: 90 });
});

test('a wrong value from a variable is not shown', () => {
  const text = withSteps('  - dump: { from: source, to: out, jobs: "${JOBS}" }');
  const problems = problemsOf(() => parse(text, { JOBS: 'correct horse' }));
  expect(problems.map(brief)).toEqual([
    'PGR123 6:42 dump.jobs: expected an integer from 1 to 64 or auto, found another text in a variable',
  ]);
});

test.each([
  ['url: ${SECRET}', '4:10'],
  ['url: ""', '4:10'],
  ['{ host: a, password: "${SECRET}" }', '4:26'],
])('an empty secret is reported with the likeliest reason: %s', (line, place) => {
  const [problem, ...others] = problemsOf(() => parse(withConnection(line), { SECRET: '' }));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: 'PGR110', remedy: expect.stringContaining('fork') });
  expect(`${problem?.at?.line}:${problem?.at?.column}`).toBe(place);
});

test.each([
  '  - dump: { from: source, to: ${FOLDER} }',
  '  - dump: { to: ${FOLDER}, from: source }\n  - dump: { to: ${FOLDER} }',
  '  - dump: { from: "${SOURCE}", to: ${FOLDER} }',
  '  - { dump: { from: source, databases: [${NAME}], to: a } }',
])('a variable in a flow collection without quotes is explained, once: %s', steps => {
  const [problem, ...others] = problemsOf(() => parse(withSteps(steps)));
  expect(problem).toMatchObject({ code: 'PGR121', remedy: expect.stringContaining('quotes') });
  expect(others).toEqual([]);
});
