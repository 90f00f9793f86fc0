import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchActivity } from '../../src/postgres/process-activity.ts';

test.runIf(process.platform === 'linux').each([
  ['that only waits', 'sleep 60', false],
  ['that wakes for each thing it gets', 'while :; do sleep 0.05; done', true],
])('a process %s', async (_, script, active) => {
  const child = spawn('/bin/sh', ['-c', `exec 0</dev/null; ${script}`], { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  // What it does to start is no sign.
  await delay(700);
  let seen = 0;
  const stop = watchActivity(child.pid ?? 0, () => seen++);
  try {
    const wait = active ? expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(0) : delay(2_500);
    await wait;
    expect(seen > 0).toBe(active);
  } finally {
    stop();
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }
});
