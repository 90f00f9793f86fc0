import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { clientCommand, type SealedClient } from '../src/client/client.ts';
import { fetchSet } from '../src/client/fetch-set.ts';
import { findInstallations, type Installation, readInstallation } from '../src/client/installation.ts';
import { lock } from '../src/client/lock/packages.ts';
import { sealedClients } from '../src/client/sealed-clients.ts';

/**
 * The client of a major that every way uses: the machine's, or else the locked one, for which `folder` gets a script for
 * each program. Throws where this machine has neither.
 */
export async function clientOf(major: number, folder: string): Promise<Installation> {
  const found = (await findInstallations()).find(({ version }) => version.major === major);
  if (found !== undefined) return found;
  const machine = { platform: process.platform, architecture: process.arch };
  const kept = join(homedir(), '.cache/pg-roundtrip');
  const sealed = sealedClients(lock, machine, kept, undefined).find(({ version }) => version.major === major);
  if (sealed === undefined) throw new Error(`no client ${major} is installed or locked for this machine`);
  await fetchSet(lock, sealed.set, sealed.root, {
    mirrors: [],
    environment: process.env,
    signal: AbortSignal.timeout(300_000),
    packages: undefined,
  });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    (['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'] as const).map(async program => {
      await writeFile(join(folder, program), scriptFor(sealed, program));
      await chmod(join(folder, program), 0o755);
    }),
  );
  const installation = await readInstallation(folder);
  if (installation === undefined) throw new Error(`the programs in ${folder} do not start`);
  return installation;
}

function scriptFor(client: SealedClient, program: 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'psql'): string {
  const { path, arguments: parameters } = clientCommand(client, program, [], {});
  return `#!/bin/sh\nexec ${[path, ...parameters].map(word => `'${word}'`).join(' ')} "$@"\n`;
}
