import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Place } from '../../support/cli.ts';
import { keptClients } from '../../support/sealed.ts';
import { absence, lockedSet, run, type Said } from '../sealed/real-set.ts';
import { placeWith, serverTraces } from './bench.ts';

const missing = await absence(() => lockedSet('server', 17));
const commandLine = join(import.meta.dirname, '../../../src/cli.ts');

/** Fails where a timezone is not known, and where it is not the one of that name. */
const asksForZones = `
  SET timezone = 'Europe/Berlin';
  CREATE TABLE appointment (at timestamptz);
  INSERT INTO appointment VALUES ('2026-07-01 12:00 America/New_York'), ('2026-01-01 12:00 Asia/Tokyo');
  SELECT 1 / (array_agg(at::text ORDER BY at) = '{2026-01-01 04:00:00+01,2026-07-01 18:00:00+02}')::int FROM appointment`;

/** Runs the command line in a namespace of its own, in which the machine has no timezones. */
async function runWithoutZones(place: Place): Promise<Said> {
  const hide = '[ ! -d /usr/share/zoneinfo ] || mount -t tmpfs tmpfs /usr/share/zoneinfo || exit 9; exec "$@"';
  const command = [process.execPath, commandLine, 'run'];
  return await run('unshare', ['-m', 'sh', '-c', hide, 'sh', ...command], {
    environment: { PATH: process.env['PATH'] ?? '', HOME: place.home, TMPDIR: place.temporary, ...keptClients },
    directory: place.workspace,
  });
}

describe.skipIf(missing !== undefined || process.getuid?.() !== 0)('on a machine without timezones', () => {
  test.for([13, 17])('a sealed server %i knows them all the same', async (major, context) => {
    const connections = { scratch: { throwaway: true, version: major } };
    const steps = [{ sql: { on: 'scratch', database: 'postgres', run: asksForZones } }];
    await using place = await placeWith(JSON.stringify({ version: 1, connections, steps }));
    const said = await runWithoutZones(place);
    context.skip(said.status === 9 || said.stderr.includes('unshare'), 'this machine lets nobody mount');
    expect(said.stdout).toContain('from locked packages');
    expect(said.status, said.stdout + said.stderr).toBe(0);
    expect(await serverTraces(place)).toEqual([]);
  });
});
