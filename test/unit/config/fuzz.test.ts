import { expect, test } from 'vitest';
import { renderJsonSchema } from '../../../src/config/documents/json-schema.ts';
import { example, parse, problemsOf } from './declarations.ts';
import { accepts } from './json-schema-checker.ts';

/** Numbers from 0 up to 1 that are the same in every run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const fragments = [
  '${',
  '}',
  '${A}',
  '${A:-b}',
  '$${',
  '&a ',
  '*a',
  '!!str ',
  '!x ',
  '<<: ',
  '? ',
  '- ',
  ': ',
  '# ',
  '"',
  "'",
  '|\n',
  '>-\n',
  '[',
  ']',
  '{',
  '}',
  ',',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\uFEFF',
  '\u2028',
  '\uD800',
  '😀',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  'null',
  '~',
  '1e9',
  '0x10',
  '-1',
  '.nan',
  'true',
  '__proto__: 1\n',
  'constructor',
  '../..',
  '/etc',
  '@',
  'correct horse',
];

function mutate(text: string, random: () => number): string {
  const at = () => Math.floor(random() * (text.length + 1));
  const [start, end] = [at(), at()].sort((one, other) => one - other) as [number, number];
  const short = Math.min(end, start + 30);
  const fragment = fragments[Math.floor(random() * fragments.length)] ?? '';
  switch (Math.floor(random() * 4)) {
    case 0:
      return text.slice(0, start) + fragment + text.slice(start);
    case 1:
      return text.slice(0, start) + text.slice(short);
    case 2:
      return text.slice(0, start) + fragment + text.slice(short);
    default:
      return text.slice(0, start) + text.slice(start, short).repeat(2) + text.slice(short);
  }
}

const environment = { STAGING_DATABASE_URL: 'postgres://me:battery%20staple@db.example.com/app', A: 'x: y' };
const full = `${example}  - &s { sql: { on: scratch, run: "\${A}" } }
  - *s
timeouts: { connect: 5, lock: 30s, total: 1h }
`;

test('a mutated file is a config or a list of problems, and nothing else', () => {
  const random = numbersFrom(20261122);
  const outcomes = { configs: 0, refusals: 0 };
  for (let round = 0; round < 2_000; round++) {
    let text = full;
    for (let changes = Math.ceil(random() * 3); changes > 0; changes--) text = mutate(text, random);
    const problems = problemsOf(() => parse(text, environment));
    if (problems.length === 0) outcomes.configs++;
    else outcomes.refusals++;
    for (const { at, message, remedy } of problems) {
      const lines = text.split('\n').length;
      const placed = at !== undefined && at.line >= 1 && at.line <= lines && at.column >= 1;
      const silent = !/battery|staple|postgres:postgres/.test(message + remedy);
      expect({ text, placed, silent }).toEqual({ text, placed: true, silent: true });
    }
  }
  expect(outcomes.configs).toBeGreaterThan(100);
  expect(outcomes.refusals).toBeGreaterThan(1_000);
});

const schema = JSON.parse(renderJsonSchema());
const values: readonly unknown[] = [
  null,
  true,
  0,
  1,
  4,
  1.5,
  65,
  -1,
  '',
  'auto',
  'x',
  '5m',
  'a b',
  [],
  ['x'],
  [1],
  {},
  { x: 'y' },
  { table: 'x' },
];

test('any value at any key of a step is judged alike by parser and schema', () => {
  const kinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    dump: { from: 'a', to: 'out' },
    restore: { from: 'out', into: 'a' },
    verify: { from: 'out', into: 'a' },
    sql: { on: 'a', run: 'x' },
    publish: { from: 'out', folder: 'copy' },
  };
  for (const [kind, base] of Object.entries(kinds)) {
    const keys = Object.keys(schema.properties.steps.items.properties[kind].properties);
    for (const key of keys) {
      for (const value of values) {
        const file = {
          version: 1,
          connections: { a: { host: 'a' }, x: { host: 'x' } },
          steps: [{ [kind]: { ...base, [key]: value } }],
        };
        const text = JSON.stringify(file);
        // What refers to something else is not for a schema to judge.
        const problems = problemsOf(() => parse(text)).filter(({ code }) => code !== 'PGR128');
        // Nor is what goes together.
        if (problems.some(({ code }) => code === 'PGR150')) continue;
        expect({ text, accepted: problems.length === 0 }).toEqual({ text, accepted: accepts(schema, file, schema) });
      }
    }
  }
});
