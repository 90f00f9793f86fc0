import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

/**
 * Sends signals one after another to a process that can be cancelled: what it said, and how it ended, if it did. Each
 * signal after the first has `patience` milliseconds to end it.
 */
async function cancel(signals: readonly NodeJS.Signals[], patience = 500) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cancellable.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code, signal]: readonly unknown[]) => ({ code, signal }));
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const listen = async () => said.push(String((await lines.next()).value));
  try {
    await listen();
    for (const [index, signal] of signals.entries()) {
      child.kill(signal);
      if (index === 0) await listen();
      else await Promise.race([ended, sleep(patience)]);
    }
    return { said: said.slice(1), end: await Promise.race([ended, sleep(patience, undefined)]) };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

describe.skipIf(process.platform === 'win32').concurrent('a signal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s cancels the run, which then has time to clean up',
    async signal => {
      const { said, end } = await cancel([signal]);
      expect(said).toEqual([expect.stringMatching(`PGR600 the run was cancelled \\(${signal}\\)`)]);
      expect(end).toBeUndefined();
    },
  );

  test.each<readonly [string, readonly NodeJS.Signals[]]>([
    ['SIGINT after SIGINT', ['SIGINT', 'SIGINT']],
    ['SIGINT after SIGTERM', ['SIGTERM', 'SIGINT']],
    ['SIGINT after all others', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT']],
  ])('%s ends it at once', async (_, signals) => {
    expect((await cancel(signals, 2_000)).end).toEqual({ code: 130, signal: null });
  });

  test.each<readonly [string, readonly NodeJS.Signals[]]>([
    ['SIGTERM after SIGINT, as the runner sends it', ['SIGINT', 'SIGTERM']],
    ['SIGTERM twice', ['SIGTERM', 'SIGTERM', 'SIGTERM']],
    ['SIGHUP after SIGTERM', ['SIGTERM', 'SIGHUP']],
  ])('%s changes nothing', async (_, signals) => {
    expect((await cancel(signals)).end).toBeUndefined();
  });
});
