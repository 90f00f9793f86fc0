import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { unpackPackage } from '../../../src/client/sealed/package-file.ts';
import type { SealedFolder, SealedProgram } from '../../../src/client/sealed/sealed-folder.ts';
import { sealedCommand } from '../../../src/client/sealed/start.ts';
import { bringTimezones } from '../../../src/client/sealed/timezones.ts';
import { absence, installReal, lockedSet, openFolder, run, type Said } from './real-set.ts';

const missing = await absence(() => lockedSet('client', 17));
const root = process.getuid?.() === 0;
const command = promisify(execFile);

/** An account of the bare system, without a name anywhere else. */
const uid = 1_001;

describe.skipIf(missing !== undefined || !root)('a folder mounted noexec', () => {
  test('is said to be one, and nothing stays there', async context => {
    await using place = await openFolder();
    // Read again by the child from the packages that this test's probe has kept.
    const script = 'mount -t tmpfs -o noexec tmpfs "$1" || exit 9; "$2" "$3" "$1/client"; ls -A "$1"';
    const parameters = ['-m', 'sh', '-c', script, 'sh', place.path, process.execPath];
    const said = await run('unshare', [...parameters, join(import.meta.dirname, 'install-here.ts')], {
      environment: { PATH: process.env['PATH'] ?? '' },
      directory: process.cwd(),
    });
    context.skip(said.status === 9 || said.stderr.includes('unshare'), 'this machine lets nobody mount');
    expect(said.stdout).toMatch(
      /^PGR255 pg_dump cannot be run from .* \(EACCES\): the folder may be mounted noexec\n$/,
    );
  });
});

/** A root folder with a static busybox and nothing else, but what Postgres expects of any system. */
async function makeBareSystem(base: string): Promise<string | undefined> {
  const system = join(base, 'system');
  for (const folder of ['bin', 'dev/shm', 'etc', 'srv', 'tmp', 'contents'])
    await mkdir(join(system, folder), { recursive: true });
  for (const folder of ['dev/shm', 'tmp']) await chmod(join(system, folder), 0o1777);
  try {
    await command('apt-get', ['download', 'busybox-static'], { cwd: base });
    const file = (await readdir(base)).find(name => name.endsWith('.deb')) ?? '';
    const options = { keep: (path: string) => /(^|\/)bin\/busybox$/.test(path), contents: join(system, 'contents') };
    const bytes = await readFile(join(base, file));
    const [busybox] = await unpackPackage(bytes, { ...options, signal: AbortSignal.timeout(60_000) });
    if (busybox?.kind !== 'file') return undefined;
    await cp(busybox.content, join(system, 'bin/busybox'));
    await chmod(join(system, 'bin/busybox'), 0o755);
    for (const name of ['sh', 'readlink', 'mkdir', 'cat', 'sleep']) await symlink('busybox', join(system, 'bin', name));
    for (const [name, minor] of [
      ['null', '3'],
      ['urandom', '9'],
    ]) {
      await command('mknod', ['-m', '666', join(system, 'dev', name ?? ''), 'c', '1', minor ?? '']);
    }
  } catch (error) {
    process.stderr.write(`skipped: no busybox-static here: ${String(error)}\n`);
    return undefined;
  }
  await writeFile(join(system, 'etc/passwd'), `pg:x:${uid}:${uid}::/tmp:/bin/sh\n`);
  return system;
}

describe.skipIf(missing !== undefined || !root)('a system without any C library', () => {
  test.for([13, 17])('runs client and server %i, timezones included', async (major, context) => {
    await using place = await openFolder();
    const system = await makeBareSystem(place.path);
    if (system === undefined) return context.skip('no busybox-static can be had here');
    const client = await installReal(lockedSet('client', major), join(system, 'srv/the client'));
    const server = await installReal(lockedSet('server', major), join(system, 'srv/server'));
    const inside = (folder: SealedFolder): SealedFolder => ({
      ...folder,
      root: folder.root.slice(system.length),
      certificateFile: undefined,
    });
    /** In the bare system, as its only user, in a folder of it. */
    const enter = async (
      folder: SealedFolder,
      program: SealedProgram,
      parameters: readonly string[],
      copy?: string,
    ): Promise<Said> => {
      const started = sealedCommand(
        inside(folder),
        program,
        parameters,
        { LC_ALL: 'C', PATH: '/bin', TZ: 'UTC' },
        copy,
      );
      const chroot = [`--userspec=${uid}:${uid}`, system, '/bin/sh', '-c', 'cd "$0" && exec "$@"'];
      const where = copy === undefined ? '/tmp' : '/tmp/data';
      return await run('/usr/sbin/chroot', [...chroot, where, started.path, ...started.arguments], {
        environment: started.environment,
      });
    };
    const said = await enter(server, 'initdb', [
      '-D',
      '/tmp/data',
      '-U',
      'pg',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '-N',
    ]);
    // It warns that this system has neither zones nor locales.
    expect(said.status, said.stderr).toBe(0);
    const copy = await bringTimezones(server, {
      dataFolder: join(system, 'tmp/data'),
      copy: join(system, 'srv/with zones'),
      systemZones: join(system, 'usr/share/zoneinfo'),
    });
    if (copy === undefined) throw new Error('the bare system has timezones');
    const settings = [
      '-D',
      '/tmp/data',
      '-k',
      '/tmp',
      '-c',
      'listen_addresses=',
      '-c',
      'fsync=off',
      '-c',
      'timezone=Asia/Tokyo',
    ];
    const running = enter(server, 'postgres', settings, copy.slice(system.length));
    try {
      const socket = ['-h', '/tmp', '-U', 'pg'];
      await expect.poll(async () => (await enter(client, 'pg_isready', socket)).status, { timeout: 30_000 }).toBe(0);
      expect(await enter(client, 'createdb', [...socket, 'app'])).toEqual({ status: 0, stdout: '', stderr: '' });
      const fill = `CREATE TABLE numbers AS SELECT x, now() AS at FROM generate_series(1, 1000) AS x;
        SELECT current_setting('timezone'), '2026-07-01 12:00+00'::timestamptz AT TIME ZONE 'Europe/London'`;
      expect(await enter(client, 'psql', ['-XqAt', ...socket, '-d', 'app', '-c', fill])).toEqual({
        status: 0,
        stdout: 'Asia/Tokyo|2026-07-01 13:00:00\n',
        stderr: '',
      });
      const quiet = { status: 0, stdout: '', stderr: '' };
      expect(await enter(client, 'pg_dump', [...socket, '-Fd', '-j3', '-f', '/tmp/dump', 'app'])).toEqual(quiet);
      expect(await enter(client, 'createdb', [...socket, 'copy'])).toEqual(quiet);
      expect(await enter(client, 'pg_restore', [...socket, '-e', '-j3', '-d', 'copy', '/tmp/dump'])).toEqual(quiet);
      expect(await enter(client, 'pg_dumpall', [...socket, '-f', '/tmp/all.sql'])).toEqual(quiet);
      expect(await readFile(join(system, 'tmp/all.sql'), 'utf8')).toContain('\\connect copy');
    } finally {
      await enter(server, 'pg_ctl', ['-D', '/tmp/data', '-m', 'immediate', 'stop']);
      await running;
    }
    return undefined;
  });
});
