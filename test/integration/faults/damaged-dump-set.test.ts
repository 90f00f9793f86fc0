import { execFileSync } from 'node:child_process';
import { access, copyFile, cp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listFiles } from '../../../src/dumpset/checksums.ts';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { makePlace, type Place, runCli } from '../../support/cli.ts';
import { refusalOf } from '../../unit/refusal.ts';
import { assertSucceeded, clusterState, declared, failure, makeShop, placeWith, startServer, urls } from './bench.ts';

let server: ThrowawayServer;
let place: Place;
let before: readonly string[];

beforeAll(async () => {
  server = await startServer();
  await makeShop(server);
  before = await clusterState(server);
  place = await placeWith(declared({ steps: [{ dump: { from: 'source', to: 'set', globals: true } }] }));
  assertSucceeded(await runCli(place, { environment: urls(server) }));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const restoreOnly = declared({
  steps: [{ restore: { from: 'set', into: 'target', as: { shop: 'copy' } } }, { verify: {} }],
});

/** Damages a copy of the dump set, tries to restore it and asserts that the server was told nothing. */
async function restoreDamaged(damage: (folder: string) => Promise<void>) {
  await using damaged = await makePlace();
  await damaged.write('pg-roundtrip.yml', restoreOnly);
  const folder = join(damaged.workspace, 'set');
  await cp(join(place.workspace, 'set'), folder, { recursive: true });
  await damage(folder);
  const end = await runCli(damaged, { environment: urls(server) });
  expect(await clusterState(server)).toEqual(before);
  expect(await readdir(damaged.temporary)).toEqual([]);
  return end;
}

/** Turns one bit over; by default in the middle, where no header is. */
async function flip(path: string, where: (length: number) => number = length => length >> 1): Promise<void> {
  const bytes = await readFile(path);
  const at = where(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function dataMember(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'shop.dir'));
  return `shop.dir/${names.find(name => name.endsWith('.dat.gz'))}`;
}

describe.concurrent('one bit turned over', () => {
  test.each([
    ['SHA256SUMS', /SHA256SUMS is malformed|has changed|is missing/],
    ['manifest.json', /manifest\.json/],
    ['globals.sql', /globals\.sql has changed/],
    ['shop.dir/toc.dat', /shop\.dir\/toc\.dat has changed/],
  ])('in %s', async (path, says) => {
    const end = await restoreDamaged(folder => flip(join(folder, path)));
    expect(end).toMatchObject(failure('PGR172', says, /fetch it again/));
  });

  test('in the data of a table', async () => {
    const end = await restoreDamaged(async folder => flip(join(folder, await dataMember(folder))));
    expect(end).toMatchObject(failure('PGR172', /shop\.dir\/\d+\.dat\.gz has changed/, /fetch it again/));
  });

  test.each([
    ['a key', '"path": "shop.dir"', '"qath": "shop.dir"'],
    ['a name', '"name": "shop"', '"name": "shoq"'],
    ['the schema', '"schema": 1', '"schema": 3'],
  ])('in the manifest, where the plan reads it: %s', async (_, written, changed) => {
    const end = await restoreDamaged(async folder => {
      const path = join(folder, 'manifest.json');
      const text = await readFile(path, 'utf8');
      expect(text).toContain(written);
      await writeFile(path, text.replace(written, changed));
    });
    expect(end).toMatchObject(failure('PGR172', /manifest\.json has changed/, /fetch it again/));
  });
});

describe('a dump set with a file that is not as it was is refused, and the file named', () => {
  /** Gives each file of the set one content after another. */
  async function refuseEach(
    contents: (intact: Buffer) => Iterable<readonly [where: string, content: Buffer]>,
  ): Promise<number> {
    let refused = 0;
    await using copy = await makePlace();
    const folder = join(copy.workspace, 'set');
    await cp(join(place.workspace, 'set'), folder, { recursive: true });
    const files = await listFiles(folder);
    expect(files).toEqual(expect.arrayContaining(['manifest.json', 'SHA256SUMS', 'globals.sql', 'shop.dir/toc.dat']));
    for (const path of files) {
      const intact = await readFile(join(folder, path));
      for (const [where, content] of contents(intact)) {
        await writeFile(join(folder, path), content);
        const refusal = await refusalOf(() => checkDumpSet(folder));
        // Of a list of hashes nobody can say whether it or a file is the wrong one.
        const names = path === 'SHA256SUMS' ? '' : path;
        expect([refusal?.code, refusal?.message.includes(names)], `${path}, ${where}`).toEqual(['PGR172', true]);
        refused += 1;
      }
      await writeFile(join(folder, path), intact);
    }
    await checkDumpSet(folder);
    return refused;
  }

  test('one bit at every offset', async () => {
    const step = process.env['EVERY_OFFSET'] === undefined ? 7 : 1;
    const refused = await refuseEach(function* (intact) {
      for (let at = 0; at < intact.length; at += step) {
        const content = Buffer.from(intact);
        content[at] = (content[at] ?? 0) ^ (1 << (at % 8));
        yield [`byte ${at}`, content];
      }
    });
    expect(refused).toBeGreaterThan(500);
  });

  test('cut at every hundredth', async () => {
    const refused = await refuseEach(function* (intact) {
      for (let percent = 0; percent < 100; percent += 1)
        yield [`${percent} %`, intact.subarray(0, Math.floor((intact.length * percent) / 100))];
    });
    expect(refused).toBeGreaterThan(500);
  });
});

describe.concurrent('files', () => {
  test('one is missing', async () => {
    const end = await restoreDamaged(async folder => rm(join(folder, await dataMember(folder))));
    expect(end).toMatchObject(failure('PGR172', /\.dat\.gz is missing/, /fetch it again/));
  });

  test('one is too many', async () => {
    const end = await restoreDamaged(folder => writeFile(join(folder, 'shop.dir/9999.dat.gz'), ''));
    expect(end).toMatchObject(failure('PGR172', /shop\.dir\/9999\.dat\.gz does not belong to it/, /fetch it again/));
  });

  test('one is a link', async () => {
    const end = await restoreDamaged(async folder => {
      const path = join(folder, await dataMember(folder));
      await rename(path, join(dirname(folder), 'elsewhere'));
      await symlink(join(dirname(folder), 'elsewhere'), path);
    });
    expect(end).toMatchObject(failure('PGR172', /is neither a file nor a folder/, /regular files only/));
  });

  test('one is cut off', async () => {
    const end = await restoreDamaged(async folder => truncate(join(folder, await dataMember(folder)), 10));
    expect(end).toMatchObject(failure('PGR172', /has changed/, /fetch it again/));
  });

  test('two have changed places', async () => {
    const end = await restoreDamaged(async folder => {
      const [one = '', other = ''] = (await readdir(join(folder, 'shop.dir'))).filter(name => name.endsWith('.gz'));
      await copyFile(join(folder, 'shop.dir', one), join(folder, 'third'));
      await rename(join(folder, 'shop.dir', other), join(folder, 'shop.dir', one));
      await rename(join(folder, 'third'), join(folder, 'shop.dir', other));
    });
    expect(end).toMatchObject(failure('PGR172', /\.gz has changed, .*\.gz has changed/, /fetch it again/));
  });

  test('SHA256SUMS is missing: the dump was never finished', async () => {
    const end = await restoreDamaged(folder => rm(join(folder, 'SHA256SUMS')));
    expect(end).toMatchObject(failure('PGR172', /SHA256SUMS is missing/, /fetch it again/));
  });

  test('there is no manifest: it is no dump set', async () => {
    const end = await restoreDamaged(folder => rm(join(folder, 'manifest.json')));
    expect(end).toMatchObject(failure('PGR171', /set is not a dump set/, /folder that a dump step has made/));
  });
});

test.each([
  ['restored', [{ restore: { from: 'set', into: 'target', databases: ['shop'], as: { shop: 'copy' } } }]],
  ['published', [{ publish: { from: 'set', folder: 'published' } }]],
])('damage that comes within the run that made the dump set is not %s', async (_, then) => {
  await using damaged = await makePlace();
  const steps = [
    // The second database comes after the first, whose files are old enough by then for their hashes to be remembered.
    { dump: { from: 'source', databases: ['shop', 'postgres'], to: 'set' } },
    { sql: { on: 'source', run: 'SELECT pg_sleep(3)' } },
    ...then,
  ];
  await damaged.write('pg-roundtrip.yml', declared({ steps }));
  const run = runCli(damaged, { environment: urls(server) });
  const folder = join(damaged.workspace, 'set');
  await vi.waitFor(() => access(folder), { timeout: 30_000 });
  const path = join(folder, await dataMember(folder));
  // As if nothing had happened: the time of modification, to the last digit.
  const original = join(damaged.temporary, 'original');
  await writeFile(original, '');
  execFileSync('touch', ['-r', path, original]);
  await flip(path);
  execFileSync('touch', ['-r', original, path]);
  await rm(original);
  expect(await run).toMatchObject(failure('PGR172', /shop\.dir\/\d+\.dat\.gz has changed/, /fetch it again/));
  expect(await clusterState(server)).toEqual(before);
});

test('damage that comes between the dump and its publication is not published', async () => {
  await using damaged = await makePlace();
  await cp(join(place.workspace, 'set'), join(damaged.workspace, 'set'), { recursive: true });
  await flip(join(damaged.workspace, 'set/globals.sql'));
  const kept = await damaged.remains();
  await damaged.write('pg-roundtrip.yml', declared({ steps: [{ publish: { from: 'set', folder: 'published/set' } }] }));
  const end = await runCli(damaged, { environment: urls(server) });
  expect(end).toMatchObject(failure('PGR172', /globals\.sql has changed/, /fetch it again/));
  expect(await damaged.remains()).toEqual(kept);
});
