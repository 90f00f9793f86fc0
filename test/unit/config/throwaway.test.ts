import { expect, test } from 'vitest';
import { expandShortForm } from '../../../src/config/short-form.ts';
import { brief, type Case, parse, problemsOf, surroundings } from './declarations.ts';

/** A file with a server and a throwaway one, both in line 3 and 4; the first step stands in line 6. */
function withScratch(scratch: string, ...steps: readonly string[]): string {
  return `version: 1
connections:
  shop: { host: localhost }
  scratch: ${scratch}
steps:
${steps.map(step => `  - ${step}`).join('\n')}
`;
}

const dump = 'dump: { from: shop, to: out }';
const restore = 'restore: { into: scratch }';

test.each([
  ['{ throwaway: true }', 'auto'],
  ['{ throwaway: true, version: auto }', 'auto'],
  ['{ throwaway: true, version: 17 }', 17],
  ['{ throwaway: "${YES}", version: "${MAJOR}" }', 16],
] as const)('%s', (scratch, major) => {
  const file = `${withScratch(scratch, dump, restore)}timeouts: { connect: 7s }\n`;
  const { connections } = parse(file, { YES: 'true', MAJOR: '16' });
  expect(connections['scratch']).toEqual({
    throwaway: { major },
    protected: false,
    allowInsecure: false,
    parts: { connect_timeout: '7' },
  });
  expect(connections['shop']?.throwaway).toBeUndefined();
});

test('the connection to dump from is never the one that is empty at first', () => {
  const { steps } = parse(withScratch('{ throwaway: true }', 'dump: { to: out }', 'sql: { on: scratch, run: x }'));
  expect(steps[0]).toMatchObject({ kind: 'dump', from: 'shop' });
});

test.each<readonly [string, string]>([
  ['restored into', 'restore: { from: other, into: scratch }'],
  ['filled by statements', 'sql: { on: scratch, run: create table t () }'],
])('what was %s before can be dumped and verified', (_, step) => {
  const steps = [step, 'dump: { from: scratch, to: out }', 'verify: { from: out, into: scratch }'];
  expect(problemsOf(() => parse(withScratch('{ throwaway: true }', ...steps)))).toEqual([]);
});

const empty = 'nothing is on the throwaway server scratch before this step';

const cases: readonly Case[] = [
  [
    'a server that is there as well',
    withScratch('{ throwaway: true, host: localhost, port: 5433 }', dump),
    [
      'PGR105 4:31 connections.scratch: throwaway and host exclude each other',
      'PGR105 4:48 connections.scratch: throwaway and port exclude each other',
    ],
  ],
  [
    'a URL before',
    withScratch('{ url: "postgres://localhost/a", throwaway: true }', dump),
    ['PGR105 4:14 connections.scratch: throwaway and url exclude each other'],
  ],
  [
    'protected',
    withScratch('{ throwaway: true, protected: true }', dump),
    ['PGR105 4:31 connections.scratch: throwaway and protected exclude each other'],
  ],
  [
    'settings of the connection, in another spelling',
    withScratch('{ throwaway: true, channel_binding: require }', dump),
    ['PGR105 4:31 connections.scratch: throwaway and channel-binding exclude each other'],
  ],
  [
    'a version of a server that is there already',
    withScratch('{ host: localhost, version: 15 }', dump),
    ['PGR127 4:31 connections.scratch: version means nothing without throwaway'],
  ],
  [
    'a version that does not exist',
    withScratch('{ throwaway: true, version: 9.6 }', dump),
    ['PGR123 4:40 connections.scratch.version: expected an integer from 10 to 99 or auto, found the number 9.6'],
  ],
  [
    'not thrown away',
    withScratch('{ throwaway: false }', dump),
    ['PGR123 4:25 connections.scratch.throwaway: expected true, found false'],
  ],
  [
    'dumped before anything is there',
    withScratch('{ throwaway: true }', 'dump: { from: scratch, to: out }', 'restore: { into: scratch }'),
    [`PGR128 6:19 dump.from: ${empty}`],
  ],
  [
    'verified before anything is there',
    withScratch('{ throwaway: true }', dump, 'verify: { from: out, into: scratch }'),
    [`PGR128 7:32 verify.into: ${empty}`],
  ],
];

test.each(cases)('%s', (_, text, expected) => {
  expect(problemsOf(() => parse(text)).map(brief)).toEqual(expected);
});

test('a step that could not be read may have filled it', () => {
  const text = withScratch('{ throwaway: true }', 'restor: { into: scratch }', 'dump: { from: scratch, to: out }');
  expect(problemsOf(() => parse(text)).map(({ code }) => code)).toEqual(['PGR122']);
});

test('the short form says it in place of a URL', () => {
  const values = { 'source-url': 'postgres://localhost/shop', 'target-url': 'throwaway' };
  const { connections, steps } = expandShortForm(values, { ...surroundings, environment: {} });
  expect(connections['target']?.throwaway).toEqual({ major: 'auto' });
  expect(steps.map(({ kind }) => kind)).toEqual(['dump', 'restore', 'verify']);
});
