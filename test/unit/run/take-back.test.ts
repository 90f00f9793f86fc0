import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeBack } from '../../../src/run/take-back.ts';
import type { OpenSession } from '../../../src/steps/runtime.ts';
import type { Leftover } from '../../../src/steps/undo.ts';
import { fakeSession } from '../steps/runtimes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'take-back-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Sessions that note what they are told to drop, with the connection; those of `broken` cannot be opened. */
function server(broken = ''): { readonly open: OpenSession; readonly said: string[] } {
  const said: string[] = [];
  const open: OpenSession = async connection => {
    if (connection === broken) throw new Error('no server');
    return fakeSession(sql => {
      if (sql.startsWith('drop')) said.push(`${connection}: ${sql}`);
    });
  };
  return { open, said };
}

const noSession: OpenSession = () => Promise.reject(new Error('no session may be opened'));
const database = (connection: string, name: string): Leftover => ({ kind: 'database', connection, name });

describe('what a run has left', () => {
  test('on the disk is removed, whatever is in it', async () => {
    await mkdir(join(folder, 'a/b'), { recursive: true });
    await writeFile(join(folder, 'a/b/c'), '');
    await writeFile(join(folder, 'file'), '');
    const paths = ['a', 'file', 'gone already'].map(name => ({ kind: 'path', path: join(folder, name) }) as const);
    expect(await takeBack(paths, noSession)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('on servers is dropped, in order, by its exact name', async () => {
    const { open, said } = server();
    const role: Leftover = { kind: 'role', connection: 'two', name: 'ann' };
    expect(await takeBack([database('one', 'a"b'), role, database('two', 'c')], open)).toEqual([]);
    expect(said).toEqual([
      'one: drop database if exists "a""b" with (force)',
      'two: drop role if exists "ann"',
      'two: drop database if exists "c" with (force)',
    ]);
  });

  test('and cannot be taken back is told, and keeps nothing else', async () => {
    const { open, said } = server('down');
    await writeFile(join(folder, 'file'), '');
    const leftovers: readonly Leftover[] = [
      { kind: 'path', path: join(folder, 'file/below') },
      database('down', 'a'),
      database('up', 'b'),
      { kind: 'path', path: join(folder, 'file') },
    ];
    const remaining = await takeBack(leftovers, open);
    expect(remaining).toHaveLength(2);
    expect(remaining[0]).toMatch(/file\/below could not be removed: ENOTDIR/);
    expect(remaining[1]).toMatch(/^database "a" of down could not be dropped/);
    expect(said).toEqual(['up: drop database if exists "b" with (force)']);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a server is removed with it; no session is needed', async () => {
    const server = join(folder, 'server');
    await mkdir(join(server, 'data'), { recursive: true });
    const leftovers: readonly Leftover[] = [
      database('scratch', 'copy'),
      {
        kind: 'server',
        connection: 'scratch',
        dataFolder: join(server, 'data'),
        folders: [server, `${server}-socket`],
      },
    ];
    expect(await takeBack(leftovers, noSession)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('is tried once, or again for as long as is said', async () => {
    let tries = 0;
    const open: OpenSession = async () => {
      if (++tries < 3) throw new Error('the server is not back yet');
      return fakeSession(() => []);
    };
    expect(await takeBack([database('one', 'a')], open)).toHaveLength(1);
    expect(tries).toBe(1);
    expect(await takeBack([database('one', 'a')], open, 60_000)).toEqual([]);
    expect(tries).toBe(3);
  });
});
