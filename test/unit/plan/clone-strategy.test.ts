import { describe, expect, test } from 'vitest';
import { chooseCloneStrategy, planCloneStrategy, smallDatabase } from '../../../src/plan/clone-strategy.ts';
import { describePlan } from '../../../src/plan/describe.ts';
import { lastStep, planOf, type World } from './contexts.ts';

test.each([
  ['auto', 12, undefined, /^server 12 knows one strategy/],
  ['auto', 14, undefined, /^server 14 knows one strategy/],
  ['auto', 15, 'auto', /^strategy by what the server says then: .* at most 32 MB/],
  ['auto', 18, 'auto', /^strategy by what the server says then/],
  ['wal_log', 15, 'wal_log', /^strategy wal_log, as asked$/],
  ['file_copy', 18, 'file_copy', /^strategy file_copy, as asked$/],
] as const)('strategy %s on a server %i is planned as %s', (asked, major, value, reason) => {
  const choice = planCloneStrategy(asked, major);
  expect(choice.value).toBe(value);
  expect(choice.reason).toMatch(reason);
});

test.each(['wal_log', 'file_copy'] as const)('%s is refused before 15', asked => {
  expect(() => planCloneStrategy(asked, 14)).toThrow(
    expect.objectContaining({ code: 'PGR150', message: expect.stringContaining('and this one is 14') }),
  );
});

test.each([
  [true, 7_500_000, 'wal_log'],
  [true, smallDatabase, 'wal_log'],
  [true, smallDatabase + 1, 'file_copy'],
  [true, 1e12, 'file_copy'],
  [false, 7_500_000, 'file_copy'],
  [false, 1e12, 'file_copy'],
] as const)('with fsync %s, %d bytes are cloned by %s', (fsync, bytes, value) => {
  const choice = chooseCloneStrategy({ fsync, bytes });
  expect(choice.value).toBe(value);
  expect(choice.reason).toContain(`strategy ${value}: `);
});

describe('a clone step', () => {
  const world = (copies: readonly string[], target = 15): World => ({
    target,
    cores: 2,
    steps: [
      {
        kind: 'clone',
        on: 'target',
        database: 'app',
        copies,
        temporary: false,
        strategy: 'auto',
        jobs: 'auto',
      },
    ],
  });

  test('makes no more copies at once than there are', () => {
    expect(lastStep('clone', world(['app_1']))).toMatchObject({ jobs: 1, strategy: 'auto' });
    expect(lastStep('clone', world(['app_1', 'app_2', 'app_3']))).toMatchObject({ jobs: 2 });
  });

  test('says what was chosen and why', () => {
    expect(describePlan(planOf(world(['app_1', 'app_2'], 14)))).toMatchInlineSnapshot(`
      "1. clone app 2 times on target
         server 14 knows one strategy, copying the files between two checkpoints
         jobs 2: one for each core
         create "app_1", "app_2" from the template "app""
    `);
  });
});
