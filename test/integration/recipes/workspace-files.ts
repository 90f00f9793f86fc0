import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import type { Workspace } from '../../support/round-trip.ts';
import { password } from './cluster.ts';

/** Puts the files there that recipes name, and returns the home folder. */
export async function fillWorkspace(workspace: Workspace, { port }: ThrowawayServer): Promise<string> {
  const passwords = `localhost:${port}:*:backup:${password.replaceAll(/[\\:]/g, sign => `\\${sign}`)}\n`;
  for (const path of ['home/.pgpass', 'secrets/passwords']) await chmod(await workspace.write(path, passwords), 0o600);
  const service = `[production]\nhost=localhost\nport=${port}\nuser=backup\ndbname=app\npassword=${password}\n`;
  await workspace.write('secrets/services.conf', service);
  const quoted = password.replaceAll("'", `'\\''`);
  const script = `#!/bin/sh\n[ "$1 $2" = '--for app' ] && printf '%s\\n' '${quoted}'\n`;
  await chmod(await workspace.write('scripts/database-token', script), 0o755);
  return join(workspace.folder, 'home');
}

/** The list of the first recipe's archive, without one table. */
export async function writeList(workspace: Workspace, programs: string): Promise<void> {
  const list = await promisify(execFile)(join(programs, 'pg_restore'), [
    '--list',
    join(workspace.folder, 'dumps/app/app.dir'),
  ]);
  await workspace.write('entries.txt', list.stdout.replaceAll(/^.*\bvisit.*\n/gm, ''));
}
