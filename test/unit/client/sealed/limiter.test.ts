import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLimiter } from '../../../../src/client/sealed/limiter.ts';

test('no more tasks run at once than allowed, in their order, and a failed one makes room', async () => {
  const limit = createLimiter(3);
  const started: number[] = [];
  let [running, most] = [0, 0];
  const tasks = Array.from({ length: 20 }, (_, index) =>
    limit(async () => {
      started.push(index);
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn <= index % 4; turn += 1) await soon();
      running -= 1;
      if (index % 5 === 0) throw new Error(`task ${index}`);
      return index;
    }),
  );
  const settled = await Promise.allSettled(tasks);
  expect(most).toBe(3);
  expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(4);
});

test('one at a time means one at a time', async () => {
  const limit = createLimiter(1);
  const steps: string[] = [];
  const task = (name: string) =>
    limit(async () => {
      steps.push(`${name} begins`);
      await soon();
      steps.push(`${name} ends`);
    });
  await Promise.all([task('a'), task('b'), soon().then(() => task('c'))]);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
