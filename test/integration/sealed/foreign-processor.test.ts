import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/client/lock/lock.ts';
import { readElf } from '../../../src/client/sealed/elf.ts';
import { clientPrograms } from '../../../src/client/sealed/sealed-folder.ts';
import { sealedCommand } from '../../../src/client/sealed/start.ts';
import { ownArchitecture } from '../../../src/client/sealed/try-out.ts';
import { freshDatabase, sharedServer } from '../../support/servers.ts';
import { absence, installReal, lockedSet, openFolder, run } from './real-set.ts';

const foreign: Architecture = ownArchitecture() === 'arm64' ? 'amd64' : 'arm64';
const loaders = { amd64: 'ld-linux-x86-64.so.2', arm64: 'ld-linux-aarch64.so.1' } as const;
const missing = await absence(() => lockedSet('client', 17, foreign));
const emulator = findEmulator();

describe.skipIf(missing !== undefined)(`a client for ${foreign}`, () => {
  test.each(['client', 'server'] as const)('%s: everything in it is for that processor', async product => {
    await using place = await openFolder();
    const { root, manifest } = await installReal(lockedSet(product, 17, foreign), join(place.path, product));
    expect(manifest).toMatchObject({ architecture: foreign, loader: loaders[foreign] });
    const programs = manifest.files.map(({ path }) => path).filter(path => /^libexec\/|\.so(\.[\d.]+)?$/.test(path));
    expect(programs.length).toBeGreaterThan(20);
    for (const path of programs) {
      expect([path, readElf(await readFile(join(root, path))).architecture]).toEqual([path, foreign]);
    }
  });

  test('runs under emulation', async context => {
    if (emulator === undefined) return context.skip(`no emulator for ${foreign} is installed (qemu-user-static)`);
    await using place = await openFolder();
    const folder = await installReal(lockedSet('client', 17, foreign), join(place.path, 'client'));
    for (const program of clientPrograms) {
      const command = sealedCommand(folder, program, ['--version'], { LC_ALL: 'C' });
      const said = await run(emulator, [command.path, ...command.arguments], command);
      expect(said).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`(PostgreSQL) ${folder.manifest.version}`),
      });
    }
    const server = await sharedServer(15);
    await using database = await freshDatabase(server, { shop: true });
    const login = {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.password.reveal(),
    };
    const parameters = ['-Fd', '-j2', '-f', join(place.path, 'dump'), database.name];
    const command = sealedCommand(folder, 'pg_dump', parameters, { LC_ALL: 'C', ...login });
    const said = await run(emulator, [command.path, ...command.arguments], command);
    expect(said).toEqual({ status: 0, stdout: '', stderr: '' });
    return undefined;
  });
});

function findEmulator(): string | undefined {
  const name = { amd64: 'qemu-x86_64-static', arm64: 'qemu-aarch64-static' }[foreign];
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  } catch {
    process.stderr.write(`skipped: ${name} is not here, so nothing for ${foreign} is run\n`);
    return undefined;
  }
}
