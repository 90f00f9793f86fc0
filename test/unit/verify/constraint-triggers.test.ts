import { describe, expect, test } from 'vitest';
import { checkConstraintTriggers, type UnguardedConstraint } from '../../../src/verify/constraint-triggers.ts';
import { users } from './toc-fixtures.ts';

const unguarded = (name: string, table: string, state = 'DISABLE', type = 'f'): UnguardedConstraint => ({
  schema: 'app',
  table,
  name,
  type,
  state,
});
const read = (...value: readonly UnguardedConstraint[]) => ({ kind: 'read', value }) as const;
const changed = (object: string, expected: string, actual: string) => ({
  kind: 'changed',
  object,
  property: 'triggers',
  expected,
  actual,
});

describe('triggers of constraints', () => {
  test('that all fire are nothing to tell', () => {
    expect(checkConstraintTriggers(read(), [])).toBeUndefined();
  });

  test('that do not fire in a copy are found, by the name that the archive gives the constraint', () => {
    const reading = read(unguarded('owner', 'users'), unguarded('once', 'users', 'ENABLE REPLICA', 'u'));
    expect(checkConstraintTriggers(reading, [])).toMatchObject({
      verdict: 'failed',
      findings: [
        changed('CONSTRAINT app.users once', 'ENABLE', 'ENABLE REPLICA'),
        changed('FK CONSTRAINT app.users owner', 'ENABLE', 'DISABLE'),
      ],
    });
  });

  test('are as in a live source, which may have some that do not fire', () => {
    const there = unguarded('owner', 'users');
    expect(checkConstraintTriggers(read(there), [there])).toMatchObject({ verdict: 'passed', compared: 1 });
    expect(checkConstraintTriggers(read(), [there])?.findings).toEqual([
      changed('FK CONSTRAINT app.users owner', 'DISABLE', 'ENABLE'),
    ]);
    const twice = [there, unguarded('owner', 'users', 'ENABLE ALWAYS')];
    expect(checkConstraintTriggers(read(...twice), [there])?.findings).toEqual([
      changed('FK CONSTRAINT app.users owner', 'DISABLE', 'DISABLE, ENABLE ALWAYS'),
    ]);
  });

  test('of tables that were not restored are nobody’s business', () => {
    const reading = read(unguarded('owner', 'others'));
    expect(checkConstraintTriggers(reading, [], [users])).toBeUndefined();
    expect(checkConstraintTriggers(read(unguarded('owner', 'users')), [], [users])?.verdict).toBe('failed');
  });

  test('that cannot be read leave it unproven', () => {
    expect(checkConstraintTriggers({ kind: 'unreadable', reason: 'no' }, [])?.verdict).toBe('could-not-verify');
  });
});
