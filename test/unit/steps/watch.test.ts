import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/errors.ts';
import type { Session } from '../../../src/postgres/session.ts';
import type { WatchOptions } from '../../../src/steps/signs-of-life.ts';
import { type Life, watched } from '../../../src/steps/watch.ts';
import { refusalOf } from '../refusal.ts';

type Sight = { readonly busy: boolean; readonly moved: string; readonly turned?: string };

/** A session beside the work, which sees what `look` says. */
function session(look: () => Promise<Sight> | Sight, onClose: () => void = () => {}): Session {
  return {
    query: async () => [await look()] as never,
    async *copyOut() {},
    texts: async () => [],
    serverVersion: { major: 15, minor: 18, text: '15.18' },
    backendPid: 1,
    host: { host: 'db', address: undefined, port: 5432 },
    encrypted: false,
    pooled: false,
    [Symbol.asyncDispose]: async () => onClose(),
  };
}

const idle = { busy: false, moved: '0' };

function options(changes: Partial<WatchOptions> = {}): WatchOptions {
  return {
    openSession: async () => session(() => idle),
    applicationName: 'us',
    stallSeconds: 0.5,
    signal: new AbortController().signal,
    fillsDatabases: false,
    ...changes,
  };
}

/** Work that ends as soon as it is told to, and after a while by itself: four times as long as may pass without a sign. */
async function work(signal: AbortSignal): Promise<string> {
  await sleep(2_000, undefined, { signal });
  return 'done';
}

const outcome = async (watching: WatchOptions, body: (signal: AbortSignal, life: Life) => Promise<unknown> = work) =>
  (await refusalOf(() => watched(watching, body)))?.code ?? 'done';

/** Never answers, and ends with the signal as a real session does. */
const hang = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('closed')), { once: true });
  });

describe.concurrent('work without a sign of life is ended', () => {
  test.each<readonly [string, Partial<WatchOptions>]>([
    ['nothing moves', {}],
    ['what is measured stays the same', { measure: async () => 7 }],
    ['what is measured cannot be', { measure: () => Promise.reject(new Error('ENOENT')) }],
    ['the server does not answer', { openSession: async signal => session(() => hang(signal)) }],
    ['there is no session to be had', { openSession: hang }],
    ['every session fails', { openSession: () => Promise.reject(new Error('refused')) }],
    [
      'every session is lost',
      {
        openSession: async () =>
          session(
            () => Promise.reject(new Error('lost')),
            () => {
              throw new Error('closed already');
            },
          ),
      },
    ],
  ])('%s', async (_, changes) => {
    expect(await outcome(options(changes))).toBe('PGR500');
  });

  test('and says for how long there was none', async () => {
    const refusal = await refusalOf(() => watched(options(), work));
    expect(refusal?.message).toContain('0.5 s');
    expect(refusal?.remedy).toContain('timeouts.stall');
  });

  test('although it fails in words of its own', async () => {
    const body = (signal: AbortSignal) => work(signal).catch(() => Promise.reject(new Error('connection lost')));
    expect(await outcome(options(), body)).toBe('PGR500');
  });
});

describe.concurrent('work goes on', () => {
  let count = 0;
  const changing = () => count++;

  test.each<readonly [string, Partial<WatchOptions>]>([
    ['what is measured changes', { measure: async () => changing() }],
    [
      'what is measured changes while the server does not answer',
      { measure: async () => changing(), openSession: async signal => session(() => hang(signal)) },
    ],
    ['the server is busy', { openSession: async () => session(() => ({ busy: true, moved: '0' })) }],
    ['the server moves data', { openSession: async () => session(() => ({ busy: false, moved: String(changing()) })) }],
    ['statements begin and end', { openSession: async () => session(() => ({ ...idle, turned: String(changing()) })) }],
    [
      'every other session is lost',
      {
        openSession: async () =>
          changing() % 2 === 0
            ? session(() => Promise.reject(new Error('lost')))
            : session(() => ({ busy: true, moved: '0' })),
      },
    ],
  ])('while %s', async (_, changes) => {
    expect(await outcome(options(changes))).toBe('done');
  });

  test('while it says so itself', async () => {
    expect(
      await outcome(options(), async (signal, { touch }) => {
        for (let left = 40; left > 0; left--) {
          await sleep(50, undefined, { signal });
          touch();
        }
      }),
    ).toBe('done');
  });
});

test('the work hears how much was copied', async () => {
  const watching = options({ openSession: async () => session(() => ({ busy: true, moved: '4711' })) });
  const copied = await watched(watching, async (_, { copiedBytes }) => {
    const before = copiedBytes();
    await sleep(1_000);
    return [before, copiedBytes()];
  });
  expect(copied).toEqual([0, 4711]);
});

test('sessions that watch are closed in the end', async () => {
  let open = 0;
  const watching = options({
    openSession: async () => {
      open++;
      return session(
        () => (open > 0 ? { busy: true, moved: '0' } : Promise.reject(new Error('closed'))),
        () => open--,
      );
    },
  });
  expect(await watched(watching, work)).toBe('done');
  expect(open).toBe(0);
});

describe('the end of the run', () => {
  test('is the reason, whatever the work makes of it', async () => {
    const controller = new AbortController();
    const body = (signal: AbortSignal) => {
      controller.abort(fault('PGR600', 'cancelled', 'run it again'));
      return work(signal).catch(() => Promise.reject(new Error('in words of its own')));
    };
    expect(await outcome(options({ signal: controller.signal }), body)).toBe('PGR600');
  });

  test('does not turn finished work into failed', async () => {
    const controller = new AbortController();
    const result = watched(options({ signal: controller.signal }), async () => 'done').finally(() =>
      controller.abort(),
    );
    expect(await result).toBe('done');
  });

  test('leaves the reason of a failure that came before', async () => {
    const error = fault('PGR205', 'refused', 'look');
    expect(await outcome(options(), () => Promise.reject(error))).toBe('PGR205');
  });
});
