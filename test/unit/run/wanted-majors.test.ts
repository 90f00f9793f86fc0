import { expect, test } from 'vitest';
import type { Config, Step } from '../../../src/config/config.ts';
import { type WantedMajor, wantedMajors } from '../../../src/run/wanted-majors.ts';
import { contextOf, dumpStep, restoreStep, sqlStep, verifyStep } from '../plan/contexts.ts';

type Major = number | 'auto' | undefined;

/** What decides the majors, of `a`, `b` and `c` where they are throwaway; `source` never is. */
function wanted(
  steps: readonly Step[],
  majors: Readonly<Record<string, Major>>,
): Readonly<Record<string, WantedMajor>> {
  const { config } = contextOf({ steps });
  const connection = (major: Major) => ({
    parts: {},
    allowInsecure: false,
    protected: false,
    throwaway: major === undefined ? undefined : { major },
  });
  const connections: Config['connections'] = {
    source: connection(undefined),
    ...Object.fromEntries(Object.entries(majors).map(([name, major]) => [name, connection(major)])),
  };
  return Object.fromEntries(wantedMajors({ ...config, connections }, '/srv'));
}

const fromSource = { kind: 'connection', connection: 'source' } as const;
const dump = (from: string, to: string) => dumpStep({ from, to });
const restore = (from: string, into: string) => restoreStep({ from, into });
const sql = (on: string) => sqlStep({ on });

test.each<readonly [string, readonly Step[], Readonly<Record<string, Major>>, Readonly<Record<string, WantedMajor>>]>([
  ['no throwaway server', [dump('source', 'x')], {}, {}],
  ['one that no step uses', [dump('source', 'x')], { a: 'auto' }, {}],
  ['a named major', [dump('source', 'x'), restore('x', 'a')], { a: 17 }, { a: { kind: 'major', major: 17 } }],
  ['that of the dump', [dump('source', 'x'), restore('x', 'a')], { a: 'auto' }, { a: fromSource }],
  [
    'that of the dump that is restored, not of the first',
    [dump('b', 'x'), dump('source', 'y'), restore('/srv/y', 'a')],
    { a: 'auto', b: undefined },
    { a: fromSource },
  ],
  [
    'that of a dump set that is there',
    [restore('old', 'a')],
    { a: 'auto' },
    { a: { kind: 'dump set', folder: '/srv/old' } },
  ],
  [
    'of the first restore',
    [dump('source', 'x'), restore('x', 'a'), restore('old', 'a')],
    { a: 'auto' },
    { a: fromSource },
  ],
  ['without a restore, that of the first dump', [sql('a'), dump('source', 'x')], { a: 'auto' }, { a: fromSource }],
  ['without either', [sql('a')], { a: 'auto' }, { a: { kind: 'any' } }],
  ['only verified', [verifyStep({ into: 'a' })], { a: 'auto' }, { a: { kind: 'any' } }],
  [
    'through another throwaway server',
    [dump('source', 'x'), restore('x', 'a'), dump('a', 'y'), restore('y', 'b')],
    { a: 'auto', b: 'auto' },
    { a: fromSource, b: fromSource },
  ],
  [
    'through another of a named major',
    [restore('old', 'a'), dump('a', 'y'), restore('y', 'b')],
    { a: 16, b: 'auto' },
    { a: { kind: 'major', major: 16 }, b: { kind: 'major', major: 16 } },
  ],
  [
    'restored from what was dumped there',
    [sql('a'), dump('a', 'x'), restore('x', 'a')],
    { a: 'auto' },
    { a: { kind: 'any' } },
  ],
  [
    'in a circle',
    [sql('a'), dump('a', 'x'), restore('x', 'b'), dump('b', 'y'), restore('y', 'a')],
    { a: 'auto', b: 'auto' },
    { a: { kind: 'any' }, b: { kind: 'any' } },
  ],
])('%s', (_, steps, majors, expected) => {
  expect(wanted(steps, majors)).toEqual(expected);
});

test('servers are wanted in the order in which they are used', () => {
  const steps = [sql('b'), sql('a'), sql('b')];
  expect(Object.keys(wanted(steps, { a: 'auto', b: 'auto' }))).toEqual(['b', 'a']);
});
