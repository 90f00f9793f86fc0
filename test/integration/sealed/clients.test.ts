import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSealed } from '../../../src/client/sealed/integrity.ts';
import { clientPrograms, type SealedFolder } from '../../../src/client/sealed/sealed-folder.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { freshDatabase, programsOf, type TestServer } from '../../support/servers.ts';
import {
  absence,
  installReal,
  lockedMajors,
  lockedSet,
  openFolder,
  run,
  runSealed,
  type SayOptions,
} from './real-set.ts';

const missing = await absence(() => lockedSet('client', 17));
const nobody = 65_534;

describe.skipIf(missing !== undefined).each(lockedMajors('client'))('a sealed client %i', major => {
  let place: Awaited<ReturnType<typeof openFolder>>;
  let folder: SealedFolder;
  let server: ThrowawayServer;
  const serverMajor = Math.min(major, 18);

  beforeAll(async () => {
    place = await openFolder('sealed client ');
    folder = await installReal(lockedSet('client', major), join(place.path, 'cache', String(major)));
    server = await startThrowawayServer({ programs: await programsOf(serverMajor) });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  const to = ({ host, port, user, password }: TestServer): SayOptions => ({
    environment: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password.reveal() },
  });

  test.each(clientPrograms)('%s says its version', async program => {
    const expected = {
      status: 0,
      stdout: expect.stringContaining(`${program} (PostgreSQL) ${folder.manifest.version} `),
    };
    expect(await runSealed(folder, program, ['--version'])).toMatchObject({ ...expected, stderr: '' });
    const wrapper = join(folder.root, 'bin', program);
    expect(await run(wrapper, ['--version'], { environment: { PATH: '/usr/bin:/bin' } })).toMatchObject(expected);
  });

  test('dumps by two jobs, restores by two jobs, and dumps all', async () => {
    await using source = await freshDatabase(server, { shop: true });
    const dump = join(place.path, 'dump');
    const all = join(place.path, 'all.sql');
    const dumped = await runSealed(folder, 'pg_dump', ['-Fd', '-j2', '-f', dump, '-d', source.name], to(server));
    expect(dumped).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await runSealed(folder, 'createdb', [`${source.name}_copy`], to(server))).toMatchObject({ status: 0 });
    const restored = await runSealed(
      folder,
      'pg_restore',
      ['-e', '-j2', '-d', `${source.name}_copy`, dump],
      to(server),
    );
    expect(restored).toEqual({ status: 0, stdout: '', stderr: '' });
    const counted = ['-XAtc', 'SELECT count(*) FROM pg_class'];
    const [one, other] = await Promise.all(
      [source.name, `${source.name}_copy`].map(name => runSealed(folder, 'psql', [...counted, name], to(server))),
    );
    expect(other).toEqual(one);
    // It starts pg_dump from its own folder, by a wrapper.
    const path = { environment: { ...to(server).environment, PATH: '/usr/bin:/bin' } };
    expect(await runSealed(folder, 'pg_dumpall', ['-f', all], path)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await readFile(all, 'utf8')).toContain(`\\connect ${source.name}_copy`);
    expect(await runSealed(folder, 'dropdb', [`${source.name}_copy`], to(server))).toMatchObject({ status: 0 });
    expect(await runSealed(folder, 'pg_isready', [], to(server))).toMatchObject({ status: 0 });
    await Promise.all([dump, all].map(path => rm(path, { recursive: true })));
  });

  test('reads commands, and files of the machine, by psql', async () => {
    const input = '\\set x 7\n\\echo :x\nSELECT 1 + :x;\n\\! echo from a shell\n';
    const path = { ...to(server), environment: { ...to(server).environment, PATH: '/usr/bin:/bin' } };
    const said = await runSealed(folder, 'psql', ['-XAt', '-d', 'postgres'], { ...path, input });
    expect(said).toEqual({ status: 0, stdout: '7\n8\nfrom a shell\n', stderr: '' });
  });

  test.skipIf(process.getuid?.() !== 0)('runs as an ordinary user, and as one without an account', async () => {
    const query = ['-XAt', '-d', 'postgres', '-c', 'SELECT 42'];
    for (const uid of [nobody, 4_242]) {
      expect(await runSealed(folder, 'psql', query, { ...to(server), uid })).toEqual({
        status: 0,
        stdout: '42\n',
        stderr: '',
      });
    }
  });

  test("is not led astray by the machine's library path", async () => {
    const evil = join(place.path, 'evil');
    await mkdir(evil);
    for (const name of ['libc.so.6', 'libpq.so.5', 'libssl.so.3', 'libcrypto.so.3']) {
      await cp(join(folder.root, 'MANIFEST.json'), join(evil, name));
    }
    const environment = { LD_LIBRARY_PATH: evil, LD_PRELOAD: join(evil, 'libpq.so.5'), PATH: '/usr/bin:/bin' };
    expect(await runSealed(folder, 'pg_dump', ['--version'], { environment })).toMatchObject({ status: 0, stderr: '' });
    // Even spawned without our help: the loader heeds its own list alone.
    const loader = join(folder.root, 'lib', folder.manifest.loader ?? '');
    const program = join(folder.root, folder.manifest.loaderKnowsArgv0 ? 'libexec' : 'libexec/psql.d/bin', 'psql');
    const lists = ['--inhibit-cache', '--library-path', join(folder.root, 'lib')];
    const polluted = { environment: { LD_LIBRARY_PATH: evil } };
    expect(await run(loader, [...lists, program, '--version'], polluted)).toMatchObject({ status: 0, stderr: '' });
    await rm(evil, { recursive: true });
  });

  test('runs after it was moved, and through links to its folder and to its wrappers', async () => {
    const moved = join(place.path, 'moved here', 'again');
    await mkdir(join(place.path, 'moved here'));
    await cp(folder.root, moved, { recursive: true, verbatimSymlinks: true });
    await symlink(moved, join(place.path, 'by-link'));
    await symlink(join(place.path, 'by-link/bin/pg_dumpall'), join(place.path, 'dump-all'));
    const there = await checkSealed(join(place.path, 'by-link'), lockedSet('client', major));
    const environment = { PATH: '/usr/bin:/bin', ...to(server).environment };
    const globals = ['--globals-only'];
    const [direct, wrapped, linked] = await Promise.all([
      runSealed(there, 'pg_dumpall', globals, to(server)),
      run(join(place.path, 'by-link/bin/pg_dumpall'), globals, { environment }),
      run(join(place.path, 'dump-all'), globals, { environment }),
    ]);
    for (const said of [direct, wrapped, linked]) {
      expect(said).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('CREATE ROLE') });
    }
  });
});
