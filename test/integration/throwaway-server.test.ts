import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { stopLeftServer } from '../../src/throwaway/stop-left-server.ts';
import { queryOn, serverMajors, withServer } from '../support/servers.ts';

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function settles(condition: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt++) await sleep(50);
  return condition();
}

describe.each(serverMajors)('a throwaway server %i', major => {
  test('serves with its own password and leaves neither process nor folder', async () => {
    const left = await withServer(major, { password: new Secret("correct horse's") }, async server => {
      const [row] = await queryOn(server, 'postgres', 'SHOW server_version_num');
      expect(Math.trunc(Number(row?.['server_version_num']) / 10_000)).toBe(major);
      const overSocket = { ...server, host: server.socketFolder ?? '' };
      expect(await queryOn(overSocket, 'postgres', 'SELECT inet_server_addr() AS address')).toEqual([
        { address: null },
      ]);
      const wrong = { ...server, password: new Secret('wrong') };
      await expect(queryOn(wrong, 'postgres', 'SELECT 1')).rejects.toThrow('password authentication failed');
      return { pid: server.pid(), folder: dirname(server.dataFolder) };
    });
    expect(runs(left.pid)).toBe(false);
    expect(existsSync(left.folder)).toBe(false);
  });
});

test('a killed server is reported on use and can be started again on the same port', async () => {
  await withServer(undefined, {}, async server => {
    server.assertRunning();
    process.kill(server.pid(), 'SIGKILL');
    await settles(() => !runs(server.pid()));
    expect(() => server.assertRunning()).toThrow(/PGR240 .*SIGKILL/);
    const { port } = server;
    await server.restart('fast');
    server.assertRunning();
    expect(server.port).toBe(port);
    expect(await queryOn(server, 'postgres', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

test.each(['fast', 'immediate', 'kill'] as const)('stops (%s) though sessions are open', async mode => {
  await withServer(undefined, {}, async server => {
    const asleep = queryOn(server, 'postgres', 'SELECT pg_sleep(600)').then(
      () => 'finished',
      () => 'broken off',
    );
    const busy = "SELECT count(*)::integer AS sessions FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    await expect.poll(() => queryOn(server, 'postgres', busy)).toEqual([{ sessions: 1 }]);
    const pid = server.pid();
    await server.stop(mode);
    expect(runs(pid)).toBe(false);
    expect(await asleep).toBe('broken off');
  });
});

test('a port that someone else has taken is a clear error', async () => {
  await withServer(undefined, {}, async server => {
    await server.stop('fast');
    const squatter = createServer().listen(server.port, server.host);
    await once(squatter, 'listening');
    await expect(server.restart('fast')).rejects.toThrow(/PGR240 .*could not create any TCP\/IP sockets/);
    squatter.close();
  });
});

test('a server that cannot start says why and leaves nothing', async () => {
  const settings = { shared_buffers: 'plenty' };
  await expect(withServer(undefined, { settings }, () => Promise.resolve())).rejects.toThrow(
    /PGR240 .*invalid value for parameter "shared_buffers"/,
  );
});

test('settings and the lines of pg_hba.conf are taken', async () => {
  const hba = ['host all postgres 127.0.0.1/32 scram-sha-256', 'host all all 127.0.0.1/32 reject'];
  await withServer(undefined, { hba, settings: { work_mem: '12345kB' } }, async server => {
    expect(await queryOn(server, 'postgres', 'SHOW work_mem')).toEqual([{ work_mem: '12345kB' }]);
    const stranger = { ...server, user: 'stranger' };
    await expect(queryOn(stranger, 'postgres', 'SELECT 1')).rejects.toThrow('pg_hba.conf rejects connection');
  });
});

const waysToGo = ['exit', 'throw', 'end', 'SIGTERM', 'SIGKILL'] as const;

test.each(waysToGo)('a process that goes away (%s) takes its servers with it', async way => {
  const child = spawn(process.execPath, ['test/support/fixtures/abandon-server.ts', way], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(child.stdout, 'data');
  const servers: readonly { pid: number; dataFolder: string }[] = JSON.parse(String(line));
  if (way === 'SIGTERM' || way === 'SIGKILL') child.kill(way);
  await once(child, 'close');
  expect(servers).toHaveLength(2);
  for (const { pid, dataFolder } of servers) {
    expect(await settles(() => !runs(pid))).toBe(true);
    expect(await settles(() => !existsSync(dirname(dataFolder)))).toBe(true);
  }
});

test('a process that has the id of a server that is gone is left alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'watched-'));
  const stranger = spawn('sleep', ['600']);
  try {
    await once(stranger, 'spawn');
    const code = `
      import { startWatcher } from './src/throwaway/watcher.ts';
      const watcher = startWatcher({ dataFolder: ${JSON.stringify(join(folder, 'data'))}, folders: [${JSON.stringify(folder)}] });
      watcher.follow(${stranger.pid});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
    await once(child, 'close');
    expect(await settles(() => !existsSync(folder))).toBe(true);
    expect(runs(stranger.pid ?? 0)).toBe(true);
  } finally {
    stranger.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});

describe('a server that somebody else has left', () => {
  test('is ended and removed', async () => {
    await withServer(undefined, {}, async server => {
      const [pid, folder] = [server.pid(), dirname(server.dataFolder)];
      const left = { pid, dataFolder: server.dataFolder, folders: [folder] };
      expect(await stopLeftServer(left)).toBeUndefined();
      expect(runs(pid)).toBe(false);
      expect(existsSync(folder)).toBe(false);
      expect(await stopLeftServer(left)).toBeUndefined();
    });
  });

  test.each([
    ['another is named by the journal', (pid: number, stranger: number) => ({ journal: stranger, file: pid })],
    ['another is named by the data folder', (pid: number, stranger: number) => ({ journal: pid, file: stranger })],
    ['another has its process id now', (_: number, stranger: number) => ({ journal: stranger, file: stranger })],
    [
      'another is named by the data folder of one that was being made',
      (_: number, stranger: number) => ({ file: stranger }),
    ],
  ])('no other process is ever signalled: %s', async (_, named) => {
    await withServer(undefined, {}, async server => {
      const stranger = spawn('sleep', ['600']);
      try {
        await once(stranger, 'spawn');
        const { journal, file } = { journal: undefined, ...named(server.pid(), stranger.pid ?? 0) };
        await server.stop('kill');
        await writeFile(join(server.dataFolder, 'postmaster.pid'), `${file}\n`);
        await stopLeftServer({ pid: journal, dataFolder: server.dataFolder, folders: [dirname(server.dataFolder)] });
        expect(runs(stranger.pid ?? 0)).toBe(true);
        expect(existsSync(server.dataFolder)).toBe(false);
      } finally {
        stranger.kill('SIGKILL');
      }
    });
  });
});
