import { describe, expect, test } from 'vitest';
import type { Throttle } from '../../../src/postgres/throttle/throttle.ts';
import { refusalOf } from '../refusal.ts';
import { dumpStep, planOf, sqlStep } from './contexts.ts';

const sharing = (to: string, changes: Parameters<typeof dumpStep>[0] = {}) =>
  dumpStep({ to, snapshot: 'x', ...changes });

describe('dumps that share a snapshot', () => {
  const steps = [
    sharing('one', { options: { 'schema-only': true } }),
    sqlStep({ on: 'source' }),
    sqlStep({ on: 'target' }),
    dumpStep({ to: 'other' }),
    sharing('two', { options: { 'data-only': true } }),
  ];
  const [one, , , other, two] = planOf({ steps }).steps;

  test('know from the start what all of them take, and which is the last', () => {
    if (one?.kind !== 'dump' || two?.kind !== 'dump') throw new Error('no dumps');
    const databases = [{ name: 'own', dumps: [one.options, two.options] }];
    expect(one.snapshot).toEqual({ name: 'x', databases, last: false });
    expect(two.snapshot).toEqual({ name: 'x', databases, last: true });
    expect(other).toMatchObject({ snapshot: undefined });
  });

  test('say how long it is held, and what changes meanwhile', () => {
    expect(one).toMatchObject({
      notes: expect.arrayContaining([
        'snapshot "x" is held until step 5; meanwhile what alters or truncates a table of these dumps waits',
      ]),
    });
    expect(two?.kind === 'dump' && two.notes.slice(-2)).toEqual([
      'snapshot "x" is that of step 1',
      'what "sql on source" changes in between is not in this dump',
    ]);
  });

  test('need a database in common', async () => {
    const apart = [sharing('one', { databases: ['own'] }), sharing('two', { databases: ['other'] })];
    expect(await refusalOf(() => planOf({ steps: apart, matches: { own: ['own'], other: ['other'] } }))).toMatchObject({
      code: 'PGR150',
      message: expect.stringContaining('no database in common'),
    });
  });
});

describe('a throttle', () => {
  const throttle = { rate: 20_000_000, nice: 10, ionice: 'idle' } as const;

  test('shows in the plan', () => {
    expect(planOf({ steps: [dumpStep({ throttle })] }).steps[0]).toMatchObject({
      throttle,
      notes: expect.arrayContaining([
        'throttled: at most 20.0 MB/s between the tools and the server, nice 10, ionice idle',
      ]),
    });
  });

  test('takes no check of the server away', async () => {
    const local = {
      hosts: [{ host: '/run/postgresql', address: undefined, port: 5432 }],
      others: { requirepeer: 'postgres' },
    } as const;
    const planWith = (given: Throttle) => planOf({ steps: [dumpStep({ throttle: given })], parameters: local });
    expect(await refusalOf(() => planWith(throttle))).toMatchObject({
      code: 'PGR150',
      message: expect.stringContaining('requirepeer'),
    });
    expect(planWith({ ...throttle, rate: undefined }).steps).toHaveLength(1);
  });
});
