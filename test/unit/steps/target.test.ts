import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/errors.ts';
import { prepareTarget } from '../../../src/steps/target.ts';
import { dumpStep, lastStep, manifest, restoreStep } from '../plan/contexts.ts';
import { refusalOf } from '../refusal.ts';
import { fakeSession, testRuntime } from './runtimes.ts';

/** Prepares a target that is missing, on a server that answers its creation as `create` does. */
function preparing(create: () => unknown) {
  const statements: string[] = [];
  const session = fakeSession(sql => {
    statements.push(sql);
    return sql.startsWith('create database') ? create() : [];
  });
  const test = testRuntime('/private', { openSession: async () => session });
  const plan = lastStep('restore', { steps: [dumpStep(), restoreStep({ as: { own: 'copy' } })] });
  const [planned] = plan.databases;
  const source = manifest(['own']);
  const [dumped] = source.databases;
  if (planned === undefined || dumped === undefined) throw new Error('nothing is planned');
  return {
    ...test,
    statements,
    prepare: () => prepareTarget(plan, planned, { dumped, entries: [] }, source, session, test.runtime),
  };
}

describe('a database that was made', () => {
  test('is on record until it is restored, unless it is temporary', async () => {
    const { prepare, leftovers } = preparing(() => []);
    const target = await prepare();
    const copy = { kind: 'database', connection: 'target', name: 'copy' };
    expect(target.created).toBe(true);
    expect([...leftovers]).toEqual([copy]);
    target.succeeded(true);
    expect([...leftovers]).toEqual([copy]);
    target.succeeded(false);
    expect([...leftovers]).toEqual([]);
  });

  test('is dropped when its restore fails', async () => {
    const { prepare, leftovers, statements } = preparing(() => []);
    await (await prepare()).failed();
    expect(statements.at(-1)).toBe('drop database if exists "copy" with (force)');
    expect([...leftovers]).toEqual([]);
  });
});

test.each([
  ['refused, for it is not ours', 'PGR205', 0],
  ['lost with the connection, for it may be ours', 'PGR204', 1],
  ['cancelled, for it may be ours', 'PGR600', 1],
] as const)('a database whose creation was %s', async (_, code, left) => {
  const { prepare, leftovers } = preparing(() => Promise.reject(fault(code, 'x', 'y')));
  expect((await refusalOf(prepare))?.code).toBe(code);
  expect(leftovers.size).toBe(left);
});
