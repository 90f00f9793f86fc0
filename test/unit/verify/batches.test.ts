import { describe, expect, test } from 'vitest';
import { inBatches } from '../../integration/verify/batches.ts';
import type { Change } from '../../integration/verify/changes.ts';

const change = (...findings: readonly string[]): Change => ({ sql: findings.join(), findings });
const batchesOf = (changes: readonly Change[], most = 20) =>
  inBatches(changes, most).map(batch => batch.map(({ sql }) => sql));

/** What two changes may share is where a finding could be taken for the other's. */
describe('Changes in one copy', () => {
  test.each([
    ['missing TABLE app.a', 'missing TABLE app.b', true],
    ['changed TABLE app.a: definition', 'changed app.a: rows', false],
    ['changed TABLE app.a: definition', 'extra ACL app.TABLE a', false],
    ['changed TABLE app.a: definition', 'missing INDEX app.a_i', true],
    ['missing FUNCTION app.f(integer)', 'extra ACL app.FUNCTION f(integer)', false],
    ['changed CONSTRAINT app.a key: definition', 'changed FK CONSTRAINT app.a other: definition', true],
    ['changed ROW app.a (id) = (…): name', 'changed TABLE DATA app.a: rows', false],
  ])('%s with %s: %s', (one, other, together) => {
    expect(batchesOf([change(one), change(other)])).toHaveLength(together ? 1 : 2);
  });

  test('are no more than were asked for, and those that have to stand apart do', () => {
    const [a, b, c] = ['missing A a', 'missing B b', 'missing C c'].map(text => change(text));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three');
    expect(batchesOf([a, b, c], 2)).toEqual([[a.sql, b.sql], [c.sql]]);
    expect(batchesOf([a, { ...b, apart: true }, c])).toEqual([[a.sql, c.sql], [b.sql]]);
    expect(batchesOf([{ ...a, apart: true }, b, c])).toEqual([[a.sql], [b.sql, c.sql]]);
  });
});
