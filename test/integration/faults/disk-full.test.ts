import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type Place, runCli } from '../../support/cli.ts';
import { dropDatabase, queryOn } from '../../support/servers.ts';
import {
  clusterState,
  declared,
  drillSteps,
  dumpSetOf,
  longTables,
  makeShop,
  placeWith,
  startServer,
  traces,
  urls,
} from './bench.ts';

/** A small disk is a tmpfs, which only root of a Linux machine can mount. */
const absence =
  process.platform === 'linux' && process.geteuid?.() === 0 ? undefined : 'mounting a small tmpfs needs root on Linux';

let server: ThrowawayServer;
let before: readonly string[];

beforeAll(async () => {
  server = await startServer();
  await makeShop(server, longTables);
  before = await clusterState(server);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Puts a small file system over a folder for as long as `body` takes. */
async function withSmallDisk<Result>(
  folder: string,
  size: string,
  body: () => Promise<Result>,
  owner = 0,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const options = `size=${size},mode=0700,uid=${owner},gid=${owner}`;
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    return await body();
  } finally {
    await promisify(execFile)('umount', [folder]);
  }
}

async function drill(place: Place) {
  const end = await runCli(place, { environment: urls(server) });
  expect(end.output).not.toMatch(/PGR900/);
  expect(end).toMatchObject({
    exitCode: 1,
    problem: { code: 'PGR220', message: expect.stringMatching(/disk is full/) },
  });
  expect(await clusterState(server)).toEqual(before);
  return end;
}

describe('the disk is full', () => {
  test.for(['directory', 'custom'])('while dumping, format %s', async (format, { skip }) => {
    skip(absence !== undefined, absence);
    await using place = await placeWith(declared({ steps: drillSteps('copy', { dump: { format, compress: 0 } }) }));
    const folder = join(place.workspace, 'dumps');
    await withSmallDisk(folder, '1m', async () => {
      await drill(place);
      expect(await readdir(folder)).toEqual([]);
    });
    expect(await readdir(place.temporary)).toEqual([]);
  });

  test('for the last bytes of a custom archive, which pg_dump does not notice', async ({ skip }) => {
    skip(absence !== undefined, absence);
    await makeShop(server);
    await using place = await placeWith(declared({ steps: drillSteps('copy', { dump: { format: 'custom' } }) }));
    const folder = join(place.workspace, 'dumps');
    await withSmallDisk(folder, '4k', async () => {
      await writeFile(join(folder, 'filler'), Buffer.alloc(4096));
      const end = await drill(place);
      expect(end.problem?.message).toMatch(/pg_dump reported no failure, but its archive .*shop\.dump is cut off/);
      expect(await readdir(folder)).toEqual(['filler']);
    });
    await makeShop(server, longTables);
  });

  test('for the last bytes of the data in a custom archive', async ({ skip }) => {
    skip(absence !== undefined, absence);
    await makeShop(server, 'CREATE TABLE t AS SELECT repeat(md5(i::text), 4) AS words FROM generate_series(1, 400) i');
    const dump = { format: 'custom', compress: 0 };
    await using enough = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'set', ...dump } }] }));
    await runCli(enough, { environment: urls(server) });
    const { size } = await stat(join(enough.workspace, 'set/shop.dump'));
    await using place = await placeWith(declared({ steps: drillSteps('copy', { dump }) }));
    const folder = join(place.workspace, 'dumps');
    // Room for all but the last page, which is the last that pg_dump writes.
    await withSmallDisk(folder, `${Math.floor((size - 1) / 4096) * 4}k`, async () => {
      const end = await drill(place);
      expect(end.problem?.message).toMatch(/pg_dump reported no failure, but its archive .*shop\.dump is cut off/);
      expect(await readdir(folder)).toEqual([]);
    });
    await makeShop(server, longTables);
  });

  test('while publishing', async ({ skip }) => {
    skip(absence !== undefined, absence);
    await using place = await placeWith(
      declared({
        steps: [{ dump: { from: 'source', to: 'set' } }, { publish: { folder: 'backups/set' } }],
      }),
    );
    const folder = join(place.workspace, 'backups');
    await withSmallDisk(folder, '64k', async () => {
      await drill(place);
      expect(await readdir(folder)).toEqual([]);
    });
    expect(await readdir(place.temporary)).toEqual([]);
    expect(await readdir(place.workspace)).toContain('set');
  });

  test.for([
    ['for the journal', '4k', 4096],
    ['for a password file', '4k', 0],
    ['for the definitions of the copy', '8k', 0],
  ] as const)('where private files go, %s', async ([, size, taken], { skip }) => {
    skip(absence !== undefined, absence);
    await using place = await placeWith(declared({ steps: drillSteps('copy', { restore: { temporary: true } }) }));
    await withSmallDisk(place.temporary, size, async () => {
      await writeFile(join(place.temporary, 'filler'), Buffer.alloc(taken));
      await drill(place);
      expect(await readdir(place.temporary)).toEqual(['filler']);
    });
  });

  test('for the report: what it would have said is printed, and the run has failed', async ({ skip }) => {
    skip(absence !== undefined, absence);
    await using place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'set' } }] }));
    await withSmallDisk(place.report, '4k', async () => {
      const end = await runCli(place, { environment: urls(server) });
      expect(end.exitCode).toBe(1);
      expect(end.output).toMatch(/PGR220: there is no room for the report/);
      expect(end.output).toMatch(/shop was dumped but not restored/);
    });
    expect(await traces(place)).toEqual((await place.remains()).filter(path => path.startsWith('workspace/set')));
  });
});

describe("the server's disk is full while restoring", () => {
  /** A tablespace on a small disk of the server's own, for as long as `body` takes. */
  async function withSmallTablespace(size: string, body: () => Promise<void>): Promise<void> {
    const folder = join(dirname(server.dataFolder), 'small');
    const { uid } = await stat(server.dataFolder);
    await withSmallDisk(
      folder,
      size,
      async () => {
        await queryOn(server, 'postgres', `CREATE TABLESPACE small LOCATION '${folder}'`);
        try {
          await body();
        } finally {
          await queryOn(server, 'postgres', 'DROP TABLESPACE small');
        }
      },
      uid,
    );
  }

  test('the database that the run has made is dropped', async ({ skip }) => {
    skip(absence !== undefined, absence);
    const roomy = join(dirname(server.dataFolder), 'roomy');
    await mkdir(roomy);
    const { uid } = await stat(server.dataFolder);
    await chown(roomy, uid, uid);
    await queryOn(server, 'postgres', `CREATE TABLESPACE roomy LOCATION '${roomy}'`);
    await queryOn(server, 'shop', 'ALTER TABLE long_one SET TABLESPACE roomy');
    await withSmallTablespace('2m', async () => {
      const restore = { tablespaces: { roomy: 'small' } };
      await using place = await placeWith(declared({ steps: drillSteps('copy', { restore }) }));
      const end = await drill(place);
      expect(end.report?.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'not run', 'not run']);
      expect(await traces(place)).toEqual(await dumpSetOf(place));
    });
    await queryOn(server, 'shop', 'ALTER TABLE long_one SET TABLESPACE pg_default');
    await queryOn(server, 'postgres', 'DROP TABLESPACE roomy');
  });

  test('a database that was there is as empty as before', async ({ skip }) => {
    skip(absence !== undefined, absence);
    await withSmallTablespace('9m', async () => {
      await queryOn(server, 'postgres', 'CREATE DATABASE copy TEMPLATE template0 TABLESPACE small');
      try {
        const restore = { 'single-transaction': true };
        await using place = await placeWith(declared({ steps: drillSteps('copy', { restore }) }));
        const end = await runCli(place, { environment: urls(server) });
        expect(end).toMatchObject({ exitCode: 1, problem: { code: 'PGR220' } });
        expect(await queryOn(server, 'copy', "SELECT FROM pg_class WHERE relname ~ '^long|^total'")).toEqual([]);
      } finally {
        await dropDatabase(server, 'copy');
      }
    });
  });
});
