import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchActivity } from '../../src/postgres/process-activity.ts';

/** How often a shell that runs the script is seen at work within a while, once it has started. */
async function signsOf(script: string): Promise<number> {
  const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  // What it does to start is no sign.
  await delay(700);
  let seen = 0;
  const stop = watchActivity(child.pid ?? 0, () => seen++);
  try {
    await delay(4_000);
    return seen;
  } finally {
    stop();
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }
}

const onLinux = process.platform === 'linux';

test.runIf(onLinux)('a process that only waits shows no sign', async () => {
  expect(await signsOf('exec sleep 60')).toBe(0);
});

test.runIf(onLinux)('one that wakes for each thing it gets does', async () => {
  expect(await signsOf('while :; do sleep 0.05; done')).toBeGreaterThan(0);
});
