import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Lock } from '../src/client/lock/lock.ts';
import { machineKeyring } from './lock/keyrings.ts';
import { machineMirrors, machineNetworkSettings } from './lock/machine-apt.ts';
import { makeLock } from './lock/make-lock.ts';
import { renderLock } from './lock/render.ts';
import { type Publisher, sources } from './lock/sources.ts';

/**
 * Makes src/client/lock/packages.ts from the signed indexes of Debian and PGDG. Runs on Debian.
 *
 *     node scripts/lock.ts [--check] [--source debian|pgdg|all] [--accept-expired]
 *
 * --check            write nothing, and fail when the lock is not what the indexes say
 * --source           read again only what this publisher builds; default all
 * --accept-expired   read indexes whose Valid-Until has passed, as those of a mirror that stands still
 */
const path = join(import.meta.dirname, '..', 'src', 'client', 'lock', 'packages.ts');
const publishers: Readonly<Record<string, readonly Publisher[]>> = {
  debian: ['debian'],
  pgdg: ['pgdg'],
  all: ['debian', 'pgdg'],
};

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    source: { type: 'string', default: 'all' },
    'accept-expired': { type: 'boolean', default: false },
  },
});
const wanted = publishers[values.source];
if (wanted === undefined) throw new Error(`--source is ${Object.keys(publishers).join(', ')}`);

const debian = await machineKeyring('debian');
const lock = await makeLock({
  sources: sources.filter(({ publisher }) => wanted.includes(publisher)),
  present: await presentLock(),
  mirrors: await machineMirrors(),
  keyrings: { debian, pgdg: wanted.includes('pgdg') ? await machineKeyring('pgdg') : '' },
  networkSettings: await machineNetworkSettings(),
  acceptExpired: values['accept-expired'],
});

for (const { product, major, version, architecture, packages } of lock.sets) {
  const bytes = packages.reduce((sum, each) => sum + each.bytes, 0);
  console.log(`${product} ${major} ${architecture}: ${version}, ${packages.length} packages, ${bytes} bytes`);
}
const text = renderLock(lock);
if (text === (await readFile(path, 'utf8').catch(() => ''))) console.log('the lock is what the indexes say');
else if (values.check) {
  console.error('the lock is not what the indexes say: run node scripts/lock.ts');
  process.exitCode = 1;
} else await writeFile(path, text);

/** Nothing at all where there is no lock yet. */
async function presentLock(): Promise<Lock> {
  const found: { lock: Lock } | undefined = await import('../src/client/lock/packages.ts').catch(() => undefined);
  return found?.lock ?? { schema: 1, takenAt: {}, sets: [] };
}
