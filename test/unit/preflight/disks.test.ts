import { expect, test } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import { checkDisks } from '../../../src/preflight/disks.ts';
import { sizeKey } from '../../../src/preflight/dumps.ts';
import type { World } from '../../../src/preflight/world.ts';

const dump = {
  kind: 'dump',
  connection: 'source',
  folder: '/dumps/of',
  options: { format: 'directory', compress: 'none' },
  databases: [{ name: 'shop' }],
};
const publish = { kind: 'publish', folder: '/dumps/of', to: { kind: 'folder', path: '/backup/set' } };
const restore = { kind: 'restore', connection: 'scratch', folder: '/dumps/of', databases: [{ source: 'shop' }] };
const sizes = new Map([[sizeKey('source', 'shop'), 1000]]);

/** Only what the check looks at. */
function world(readDisk: World['readDisk']): World {
  return {
    config: { connections: { source: {}, scratch: { throwaway: { major: 'auto' } } } },
    plan: { servers: [], steps: [dump, publish, restore] } as unknown as Plan,
    survey: { dumpSets: {} },
    readDisk,
    temporary: '/tmp',
    signal: new AbortController().signal,
  } as unknown as World;
}

test('what lies on one file system has to fit together', async () => {
  const free = (device: number, bytes: number) => ({ device, free: bytes });
  const apart = await checkDisks(
    world(folder => Promise.resolve(free(folder.length, folder === '/tmp' ? 1000 : 10_000))),
    sizes,
  );
  expect(apart.map(({ about, verdict }) => `${about} ${verdict}`)).toEqual([
    '/dumps/of ok',
    '/backup/set ok',
    '/tmp warning',
  ]);
  const together = await checkDisks(
    world(() => Promise.resolve(free(1, 2_500))),
    sizes,
  );
  expect(together).toMatchObject([{ about: '/dumps/of', verdict: 'warning' }]);
  expect(together[0]?.says).toMatch(
    /about 3\.0 kB needed: 700 B for dump .*700 B for copy .*1\.6 kB for data of scratch/,
  );
});

test('a size that is not known, and a disk that cannot be read, are not checked', async () => {
  const unknown = await checkDisks(
    world(() => Promise.resolve({ device: 1, free: 1e9 })),
    new Map(),
  );
  expect(new Set(unknown.map(({ verdict }) => verdict))).toEqual(new Set(['not checked']));
  const unread = await checkDisks(
    world(() => Promise.reject(new Error('no such disk'))),
    sizes,
  );
  expect(new Set(unread.map(({ verdict }) => verdict))).toEqual(new Set(['not checked']));
});
