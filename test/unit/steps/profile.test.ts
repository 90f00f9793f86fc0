import { expect, test } from 'vitest';
import type { ProfilePart } from '../../../src/report/model.ts';
import { createProfile, keepSlowest } from '../../../src/steps/profile.ts';

function clock() {
  let now = 100;
  return { seconds: () => now, pass: (seconds: number) => (now += seconds) };
}

test('parts count from the begin of the run, each with its step', async () => {
  const time = clock();
  const profile = createProfile(time);
  await profile.timed({ kind: 'preparation', name: 'client install' }, async () => time.pass(2));
  const step = profile.ofStep(0);
  const failing = step.timed({ kind: 'dump', database: 'app', name: 'dump' }, async () => {
    time.pass(3);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(step.ended({ kind: 'step', name: 'dump' }, 102)).toBe(3);
  expect(profile.parts()).toEqual([
    { step: undefined, kind: 'preparation', database: undefined, name: 'client install', start: 0, seconds: 2 },
    { step: 0, kind: 'dump', database: 'app', name: 'dump', start: 2, seconds: 3 },
    { step: 0, kind: 'step', database: undefined, name: 'dump', start: 2, seconds: 3 },
  ]);
});

test('what ends after its step is told by nobody', () => {
  const profile = createProfile(clock());
  const step = profile.ofStep(1);
  step.add({ kind: 'step', name: 'restore' }, 100, 101);
  step.add({ kind: 'phase', database: 'app', name: 'data' }, 100, 105);
  expect(profile.parts().map(({ kind }) => kind)).toEqual(['step']);
});

test('the ten slowest tables and the ten slowest indexes of each step stay, and all else', () => {
  const parts: ProfilePart[] = [];
  const add = (step: number, kind: ProfilePart['kind'], seconds: number) =>
    keepSlowest(parts, { step, kind, database: 'app', name: `${seconds}`, start: 0, seconds });
  for (let seconds = 1; seconds <= 30; seconds++)
    for (const step of [0, 1]) for (const kind of ['table', 'index', 'phase'] as const) add(step, kind, seconds);
  for (const step of [0, 1])
    for (const [kind, least] of [
      ['table', 21],
      ['index', 21],
      ['phase', 1],
    ] as const) {
      const kept = parts.filter(part => part.step === step && part.kind === kind).map(part => part.seconds);
      expect(kept).toEqual(Array.from({ length: 31 - least }, (_, index) => least + index));
    }
});
