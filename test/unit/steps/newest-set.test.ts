import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import { newestInFolder } from '../../../src/steps/newest-set.ts';
import { manifest } from '../plan/contexts.ts';
import { refusalOf } from '../refusal.ts';
import { testRuntime } from './runtimes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'newest-'));
  for (const day of ['21', '22']) {
    const set = join(folder, `day-${day}`);
    await mkdir(`${set}.partial`);
    await writeFile(join(`${set}.partial`, 'app'), '');
    await finishDumpSet(set, `${set}.partial`, { ...manifest(['app']), finishedAt: `2026-11-${day}T10:00:00.000Z` });
  }
});
afterAll(() => rm(folder, { recursive: true }));

const at = (now: string) => testRuntime(folder, { clock: { now: () => new Date(now), seconds: () => 0 } }).runtime;

test.each(['2026-11-22T10:00:01Z', '2026-11-22T09:50:01Z', '2026-11-23T10:00:00Z'])(
  'as it is known at %s',
  async now => {
    expect(await newestInFolder(folder, 'any', at(now))).toEqual({ path: join(folder, 'day-22'), notes: [] });
  },
);

test('a dump set from the future is never the newest, which is told: the clock here may be a day behind', async () => {
  expect(await newestInFolder(folder, 'any', at('2026-11-21T10:00:01Z'))).toEqual({
    path: join(folder, 'day-21'),
    notes: ['passed over, as by the clock of this machine they lie in the future: day-22'],
  });
  const refusal = await refusalOf(() => newestInFolder(folder, 'any', at('2026-11-20T10:00:00Z')));
  expect(refusal).toMatchObject({ code: 'PGR231', message: expect.stringContaining('does not lie in the future') });
});
