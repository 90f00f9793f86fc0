import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { queryOn } from '../../support/servers.ts';
import { longTables, makeShop, startServer } from './bench.ts';
import { draws, drillOnce, type Servers } from './soak-drill.ts';

/**
 * Drill after drill with faults drawn from a seed: each ends as is promised, and nothing adds up. SOAK_DRILLS=50 and
 * SOAK_SEED=… make it long; what it tells of each drill is enough to draw that one again.
 */
const count = Number(process.env['SOAK_DRILLS'] ?? 4);
const seed = Number(process.env['SOAK_SEED'] ?? 20);
const isLong = process.env['SOAK_DRILLS'] !== undefined;

let servers: Servers;
beforeAll(async () => {
  const [source, target] = await Promise.all([startServer(), startServer()]);
  servers = { source, target };
  await makeShop(source, longTables);
  await queryOn(source, 'shop', 'CREATE ROLE keeper; ALTER TABLE long_one OWNER TO keeper');
});
afterAll(() => Promise.all(Object.values(servers).map(server => server[Symbol.asyncDispose]())));

/** What could grow on a server: connections, databases on disk, and the memory of its first process. */
async function sizeOf(server: ThrowawayServer) {
  const [row] = await queryOn(
    server,
    'postgres',
    `SELECT count(*)::int AS connections FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  );
  const status = await readFile(`/proc/${server.pid()}/status`, 'utf8').catch(() => '');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  const databases = (await readdir(join(server.dataFolder, 'base'))).length;
  return { connections: row?.['connections'], databases, megabytes: Math.round(kilobytes / 1024) };
}

const sizes = () => Promise.all(Object.values(servers).map(sizeOf));

test(`${count} drills with faults`, { timeout: 60_000 + count * 90_000, retry: 0 }, async () => {
  const tell = (line: string) => isLong && process.stdout.write(`${line}\n`);
  const before = await sizes();
  const kept: string[] = [];
  for (const [index, draw] of draws(count, seed).entries()) {
    const { ending, broken } = await drillOnce(servers, draw);
    tell(
      `${index + 1}/${count} seed ${seed} ${JSON.stringify(draw)} → ${ending}${broken.map(one => `\n  ${one}`).join('')}`,
    );
    kept.push(...broken.map(one => `drill ${index + 1} ${JSON.stringify(draw)}: ${one}`));
  }
  const after = await sizes();
  tell(`before ${JSON.stringify(before)}\nafter  ${JSON.stringify(after)}`);
  expect(kept).toEqual([]);
  const counted = (all: typeof after) => all.map(({ connections, databases }) => ({ connections, databases }));
  expect(counted(after)).toEqual(counted(before));
});
