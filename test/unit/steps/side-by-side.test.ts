import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sideBySide, withAll } from '../../../src/steps/side-by-side.ts';

const never = new AbortController().signal;

/** Notes when it ends, which is some time after it was told to. */
function slow(ended: string[], name: string): (signal: AbortSignal) => Promise<string> {
  return async signal => {
    try {
      await sleep(60_000, undefined, { signal });
      return name;
    } finally {
      await sleep(50);
      ended.push(name);
    }
  };
}

describe('tasks side by side', () => {
  test('give their results in order', async () => {
    const results = await sideBySide<[string, number]>(never, [
      async () => {
        await sleep(20);
        return 'first';
      },
      async () => 2,
    ]);
    expect(results).toEqual(['first', 2]);
  });

  test('begin at once', async () => {
    let waiting = 0;
    const meet = async () => {
      waiting++;
      while (waiting < 2) await sleep(5);
    };
    await sideBySide<[unknown, unknown]>(never, [meet, meet]);
    expect(waiting).toBe(2);
  });

  test('are ended when one fails, and all are waited for', async () => {
    const ended: string[] = [];
    const failing = () => Promise.reject(new Error('the cause'));
    const running = sideBySide<[string, string, string]>(never, [slow(ended, 'a'), failing, slow(ended, 'b')]);
    await expect(running).rejects.toThrow('the cause');
    expect(ended.sort()).toEqual(['a', 'b']);
  });

  test('fail with the first failure, not with what follows from it', async () => {
    const following = async (signal: AbortSignal) => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      throw new Error('the consequence');
    };
    const failing = async () => {
      await sleep(10);
      throw new Error('the cause');
    };
    await expect(sideBySide<[unknown, unknown]>(never, [following, failing])).rejects.toThrow('the cause');
  });

  test('are ended from outside, with the reason from there', async () => {
    const ended: string[] = [];
    const controller = new AbortController();
    const running = sideBySide<[string, string]>(controller.signal, [slow(ended, 'a'), slow(ended, 'b')]);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(ended.sort()).toEqual(['a', 'b']);
  });
});

describe('several things', () => {
  interface Thing extends AsyncDisposable {
    readonly name: number;
  }

  function things(failing: { readonly open?: number; readonly close?: number }) {
    const open: number[] = [];
    let count = 0;
    return {
      open,
      make: async (): Promise<Thing> => {
        const name = ++count;
        if (name === failing.open) throw new Error(`no ${name}`);
        open.push(name);
        return {
          name,
          [Symbol.asyncDispose]: async () => {
            await sleep(name);
            open.splice(open.indexOf(name), 1);
            if (name === failing.close) throw new Error(`${name} does not close`);
          },
        };
      },
    };
  }

  test('are there at once, and closed afterwards', async () => {
    const { open, make } = things({});
    expect(await withAll(3, make, async all => [all.map(one => one.name), [...open]])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(open).toEqual([]);
  });

  test('are closed when the work fails', async () => {
    const { open, make } = things({});
    await expect(withAll(2, make, () => Promise.reject(new Error('the work')))).rejects.toThrow('the work');
    expect(open).toEqual([]);
  });

  test('are closed when one cannot be had', async () => {
    const { open, make } = things({ open: 3 });
    await expect(withAll(4, make, async () => 'done')).rejects.toThrow('no 3');
    expect(open).toEqual([]);
  });

  test('are all closed although one fails to, which is no failure of the work', async () => {
    const { open, make } = things({ close: 1 });
    expect(await withAll(3, make, async () => 'done')).toBe('done');
    expect(open).toEqual([]);
    const again = things({ close: 1 });
    await expect(withAll(3, again.make, () => Promise.reject(new Error('the work')))).rejects.toThrow('the work');
    expect(again.open).toEqual([]);
  });
});
