import { describe, expect, test } from 'vitest';
import type { RestoreStep } from '../../../src/config/config.ts';
import type { Manifest } from '../../../src/dumpset/manifest.ts';
import { describePlan } from '../../../src/plan/describe.ts';
import { refusalOf } from '../refusal.ts';
import { lastStep, manifest, planOf, restoreStep, workspace } from './contexts.ts';

const archive: Manifest = { ...manifest(['own']), elsewhere: { insertsRows: false } };

function world(changes: Partial<RestoreStep> = {}) {
  return { steps: [restoreStep(changes)], dumpSets: { [`${workspace}/dumps/it`]: archive } };
}

const trust = 'made by ourselves, with pg_dump alone';

describe('a dump from elsewhere', () => {
  test('is planned as a role that is made for it, without owners and grants', () => {
    const step = lastStep('restore', world());
    expect(step).toMatchObject({
      confined: true,
      elsewhere: true,
      options: { owners: { kind: 'drop' }, privileges: 'skip' },
    });
    const text = describePlan(planOf(world()));
    expect(text).toContain('a dump from elsewhere: restored as a role that is no superuser, without owners and grants');
    expect(text).toContain(`decode all of ${workspace}/dumps/it first`);
    expect(text).toMatch(/user=\S*<role that is no superuser>.*--no-owner --no-privileges/);
  });

  test('that is trusted is restored as any other, and the plan says why', () => {
    const step = lastStep('restore', world({ trust }));
    expect(step).toMatchObject({ confined: false, elsewhere: true, options: { owners: { kind: 'keep' } } });
    expect(step.notes).toContain(`a dump from elsewhere, with the rights of the connection: ${trust}`);
  });

  test.each<[string, Partial<RestoreStep>]>([
    ['clean', { clean: ['own'] }],
    ['into-existing', { 'into-existing': ['own'] }],
    ['rename', { rename: { schema: { a: 'b' }, allowOldNames: undefined } }],
    ['owners', { owners: { kind: 'keep' } }],
    ['disable-triggers', { 'disable-triggers': true, section: ['data'] }],
  ])('is refused with %s unless it is trusted', async (key, changes) => {
    expect(await refusalOf(() => planOf(world(changes)))).toMatchObject({
      code: 'PGR174',
      message: expect.stringContaining(key),
      remedy: expect.stringContaining('trust: REASON'),
    });
    expect((await refusalOf(() => planOf(world({ ...changes, trust }))))?.code).not.toBe('PGR174');
  });
});

test('a dump set of our own is restored with the rights of the connection', () => {
  const dumpSets = { [`${workspace}/dumps/it`]: manifest(['own']) };
  expect(lastStep('restore', { steps: [restoreStep()], dumpSets })).toMatchObject({
    confined: false,
    elsewhere: false,
  });
});
