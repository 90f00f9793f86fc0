import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fewAtOnce } from '../../../src/dumpset/few-at-once.ts';

const items = Array.from({ length: 50 }, (_, index) => index);

test('Every item is worked on once, several at once but never many', async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await fewAtOnce(items, () => async item => {
    most = Math.max(most, ++running);
    await turn();
    running--;
    done.push(item);
  });
  expect(done.toSorted((one, other) => one - other)).toEqual(items);
  expect(most).toBe(4);
});

test('A failure is thrown when all that was begun has ended, and nothing is begun after it', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = fewAtOnce(items, () => async item => {
    begun.push(item);
    if (item === 1) throw new Error('one is broken');
    await turn();
    ended.push(item);
  });
  await expect(work).rejects.toThrow('one is broken');
  expect(begun.length).toBeLessThan(6);
  expect(ended).toEqual(begun.filter(item => item !== 1));
});

test('Without items there is nothing to do', async () => {
  await expect(fewAtOnce([], () => () => Promise.reject(new Error('there is no item')))).resolves.toBeUndefined();
});
