import { cp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sharedServer } from '../../../support/servers.ts';
import { type Bench, lacksClient, type Reproduction } from '../bench.ts';

/** Versions, formats, and how the tools are called. */
export const archives: readonly Reproduction[] = [
  {
    row: 1,
    absence: lacksClient(13),
    how: 'pg_dump 13 of a server of 15',
    run: async bench => bench.say('pg_dump', [bench.source.name], { folder: await bench.client(13) }),
  },
  {
    row: 1,
    absence: lacksClient(13),
    how: 'pg_dumpall 13 of a server of 15',
    run: async bench => bench.say('pg_dumpall', ['-g'], { folder: await bench.client(13) }),
  },
  {
    row: 2,
    absence: lacksClient(13, 18),
    how: 'an archive of 18 read by 13',
    run: async bench => {
      const file = await bench.dump(bench.source.name, [], { folder: await bench.client(18) });
      return bench.say('pg_restore', ['-l', file], { folder: await bench.client(13) });
    },
  },
  {
    row: 3,
    how: 'pg_restore 18 into 15',
    absence: lacksClient(18),
    run: async bench => {
      const target = await bench.database();
      const folder = await bench.client(18);
      return bench.say('pg_restore', ['-v', '-d', target.name, bench.custom], { folder, archive: bench.custom });
    },
    tells: { class: 'benign', follow: 0 },
  },
  {
    row: 3,
    how: 'a setting of the application, read by a materialized view',
    run: async bench => {
      const source = await bench.database({
        sql: `SET app.tenant = 'x'; CREATE MATERIALIZED VIEW own AS SELECT current_setting('app.tenant') AS tenant`,
      });
      return restoreAnew(bench, await bench.dump(source.name));
    },
    tells: { class: 'fixable', object: 'MATERIALIZED VIEW DATA public.own' },
  },
  { row: 4, how: 'SQL text', run: bench => bench.say('pg_restore', ['-l', bench.plain]) },
  { row: 5, how: 'a custom archive', run: bench => bench.say('psql', ['-X', '-f', bench.custom, 'postgres']) },
  ...[
    ['cut off', async (bench: Bench) => (await readFile(bench.custom)).subarray(0, 900)] as const,
    ['empty', async () => Buffer.alloc(0)] as const,
    ['random bytes', async () => Buffer.alloc(4_000, 'not an archive ')] as const,
    ['compressed once more', async (bench: Bench) => gzipSync(await readFile(bench.custom))] as const,
  ].map(
    ([how, bytes]): Reproduction => ({
      row: 6,
      how,
      run: async bench => {
        const file = join(bench.folder, 'damaged.dump');
        await writeFile(file, await bytes(bench));
        return bench.say('pg_restore', ['-l', file]);
      },
    }),
  ),
  {
    row: 6,
    how: 'a folder without its table of contents',
    run: async bench => {
      const folder = join(bench.folder, 'no-toc');
      await mkdir(folder, { recursive: true });
      return bench.say('pg_restore', ['-l', folder]);
    },
  },
  {
    row: 7,
    how: 'as SQL, which is what an old psql and every driver make of it',
    run: bench => bench.say('psql', ['-X', '-d', 'postgres', '-c', 'SELECT 1; \\restrict abc']),
  },
  {
    row: 8,
    how: 'a command in a dump, and another key',
    run: bench => script(bench, '\\restrict abc\n\\! echo x\n\\unrestrict wrong\n'),
    tells: { follow: 1 },
  },
  {
    row: 9,
    how: 'NULLS NOT DISTINCT into 13',
    run: async bench => {
      const source = await bench.database({ sql: 'CREATE TABLE t (a integer UNIQUE NULLS NOT DISTINCT)' });
      const archive = await bench.dump(source.name);
      const on = await sharedServer(13);
      const target = await bench.database({}, on);
      return bench.say('pg_restore', ['-v', '-d', target.name, archive], { on, archive });
    },
    tells: { object: 'CONSTRAINT public.t t_a_key' },
  },
  {
    row: 54,
    how: 'a custom archive',
    run: bench => bench.say('pg_dump', ['-Fc', '-j4', '-f', 'x', bench.source.name]),
  },
  {
    row: 54,
    how: 'a pipe',
    run: async bench =>
      bench.say('pg_restore', ['-j4', '-d', bench.source.name], { input: await readFile(bench.custom) }),
  },
  {
    row: 55,
    how: 'a folder with something in it',
    run: bench => bench.say('pg_dump', ['-Fd', '-f', bench.directory, bench.source.name]),
  },
  {
    row: 56,
    how: 'a member was lost',
    run: async bench => {
      const { folder, member } = await copied(bench, 'lost');
      await rm(member);
      return restoreAnew(bench, folder);
    },
  },
  {
    row: 57,
    how: 'bytes of a member were changed',
    run: async bench => {
      const { folder, member } = await copied(bench, 'changed');
      await using file = await open(member, 'r+');
      await file.write(Buffer.alloc(200, 0xff), 0, 200, 200);
      return restoreAnew(bench, folder);
    },
  },
  {
    row: 59,
    how: 'a snapshot that nobody holds',
    run: bench => bench.say('pg_dump', ['--snapshot=00000003-0000001B-1', bench.source.name]),
  },
  { row: 60, how: 'what is no file', run: bench => bench.say('pg_dumpall', ['-g', '-f', '/dev/null']) },
];

/** Restores an archive into a database of its own. */
export async function restoreAnew(bench: Bench, archive: string, more: readonly string[] = []) {
  const target = await bench.database();
  return bench.say('pg_restore', ['-v', '-d', target.name, ...more, archive], { archive });
}

/** Has psql run a text, as the product does, but without an end at the first error. */
export async function script(bench: Bench, input: string | Buffer, database = 'postgres', on = bench.server) {
  return bench.say('psql', ['-X', '-d', database, '-f', '-'], { input, on });
}

/** A copy of the folder, and the member of its largest table. */
async function copied(bench: Bench, name: string): Promise<{ readonly folder: string; readonly member: string }> {
  const folder = join(bench.folder, name);
  await cp(bench.directory, folder, { recursive: true });
  const members = (await readdir(folder)).filter(member => /^\d+\.dat\.gz$/.test(member));
  const sizes = await Promise.all(members.map(async member => (await readFile(join(folder, member))).length));
  return { folder, member: join(folder, members[sizes.indexOf(Math.max(...sizes))] ?? '') };
}
