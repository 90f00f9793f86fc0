import { expect, test } from 'vitest';
import { sessionNeeds } from '../../../src/preflight/session-needs.ts';
import { dumpStep, lastStep, restoreStep, verifyStep, type World } from '../plan/contexts.ts';

const small = { sizes: { tables: 2_000, bytes: 2_000 * 20_000 }, targetHost: 'localhost' };
const [dump, restore, verify] = [dumpStep(), restoreStep(), verifyStep()];

test.each<[string, 'dump' | 'restore' | 'verify', World, string, number]>([
  ['a dump with a job for each core', 'dump', { steps: [dump] }, 'dump with 4 jobs', 8],
  ['a dump in one file', 'dump', { steps: [dumpStep({ format: 'custom' })] }, 'dump', 4],
  ['a restore with a job for each core', 'restore', { steps: [dump, restore] }, 'restore with 4 jobs', 5],
  ['a restore of small tables', 'restore', { steps: [dump, restore], ...small }, 'restore', 2],
  [
    'a restore of small tables that are analyzed side by side',
    'restore',
    { steps: [dump, restoreStep({ analyze: true })], ...small },
    'restore with 4 jobs',
    5,
  ],
  ['a proof by a session for each core', 'verify', { steps: [dump, restore, verify] }, 'verification', 5],
])('%s needs the sessions that it opens', (_, kind, world, what, least) => {
  expect(sessionNeeds(lastStep(kind, world))).toEqual({ what, least, most: least + 1 });
});
