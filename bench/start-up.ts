import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartUp } from './document.ts';
import { spreadOf } from './ratios.ts';

/** How long our two programs need until they say something, and how long a Node that does nothing. */
export async function measureStartUp(
  scripts: { readonly cli: string; readonly action: string },
  rounds: number,
): Promise<StartUp> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  try {
    const times = { commandLine: [] as number[], action: [] as number[], emptyNode: [] as number[] };
    const environment = {
      PATH: '/usr/bin:/bin',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
      INPUT_CONFIG: 'version: 2',
    };
    for (let round = -1; round < rounds; round++) {
      const commandLine = await firstOutput([scripts.cli, '--version'], {}, folder);
      const action = await firstOutput([scripts.action], environment, folder);
      const emptyNode = await firstOutput(['--eval', 'process.stdout.write("1")'], {}, folder);
      if (round < 0) continue;
      times.commandLine.push(commandLine);
      times.action.push(action);
      times.emptyNode.push(emptyNode);
    }
    return {
      commandLine: spreadOf(times.commandLine),
      action: spreadOf(times.action),
      emptyNode: spreadOf(times.emptyNode),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds until a Node says its first word, on whichever channel. */
async function firstOutput(
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const first = await Promise.race([
    ...[child.stdout, child.stderr].map(async stream => {
      await once(stream, 'data');
      return performance.now() - started;
    }),
    once(child, 'close').then(() => Number.NaN),
  ]);
  child.stdout.resume();
  child.stderr.resume();
  if (child.exitCode === null) await once(child, 'close');
  return first;
}
