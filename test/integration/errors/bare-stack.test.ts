import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { makePlace, type Place } from '../../support/cli.ts';
import { bundledCommandLine } from '../action/job.ts';

describe('no bare stack is shown', () => {
  /** As a shell would start it. */
  async function inShell(place: Place, script: string): Promise<{ readonly output: string; readonly code: unknown }> {
    const shell = spawn('/bin/sh', ['-c', script, process.execPath, bundledCommandLine()], {
      cwd: place.workspace,
      env: { HOME: place.home, TMPDIR: place.temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, said] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
    return { output: output + said, code: shell.exitCode };
  }

  test('where the current folder is gone', async () => {
    await using place = await makePlace();
    const { output, code } = await inShell(place, 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" run');
    expect(output).toBe('error: PGR221: the current folder does not exist any more\n→ change to one that does\n');
    expect(code).toBe(1);
  });

  test('where nobody reads the output any more', async () => {
    await using place = await makePlace();
    const { output, code } = await inShell(place, '{ "$0" "$1" schema; echo $? >&2; } | true');
    expect({ output, code }).toEqual({ output: '0\n', code: 0 });
  });
});
