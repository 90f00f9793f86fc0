import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { exactly } from '../../../src/storage/exact-content.ts';

it('keeps nothing of what has passed through', async () => {
  setFlagsFromString('--expose_gc');
  const collect: () => void = runInNewContext('gc');
  const count = 40;
  const passed: WeakRef<Buffer>[] = [];
  async function* chunks() {
    for (let number = 0; number < count; number += 1) {
      const chunk = Buffer.alloc(1000, number);
      passed.push(new WeakRef(chunk));
      yield chunk;
    }
  }
  const content = exactly({ bytes: count * 1000, chunks: chunks() }, 'it', new AbortController().signal);
  let alive = 0;
  for await (const _ of content) {
    if (passed.length < count) continue;
    // What is referred to weakly stays until the current task has ended.
    await new Promise(resolve => setImmediate(resolve));
    collect();
    alive = passed.filter(one => one.deref() !== undefined).length;
  }
  expect(alive).toBeLessThan(5);
});

it('ends with the reason of the signal, before it begins and while it waits', async () => {
  const controller = new AbortController();
  async function* chunks() {
    yield Buffer.from('one');
    await new Promise(() => {});
  }
  const content = exactly({ bytes: 6, chunks: chunks() }, 'it', controller.signal);
  expect(String((await content.next()).value)).toBe('one');
  const next = content.next();
  controller.abort(new Error('cancelled'));
  await expect(next).rejects.toThrow('cancelled');
  const aborted = exactly({ bytes: 6, chunks: chunks() }, 'it', controller.signal);
  await expect(aborted.next()).rejects.toThrow('cancelled');
});
