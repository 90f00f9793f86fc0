import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Lock } from '../src/client/lock/lock.ts';
import { readProxySettings } from '../src/client/sealed/proxy.ts';
import { condaForge, condaMajors, condaSets } from './lock/conda/conda-sets.ts';
import { machineKeyring } from './lock/keyrings.ts';
import { machineMirrors, machineNetworkSettings } from './lock/machine-apt.ts';
import { makeLock } from './lock/make-lock.ts';
import { mergeSets } from './lock/merge.ts';
import { renderLock } from './lock/render.ts';
import { type Publisher, sources } from './lock/sources.ts';

/**
 * Makes src/client/lock/packages.ts from the signed indexes of Debian and PGDG, which runs on Debian, and from the index
 * of conda-forge, which runs anywhere and is signed by nobody.
 *
 *     node scripts/lock.ts [--check] [--source debian|pgdg|signed|conda-forge|all] [--accept-expired]
 *
 * --check            write nothing, and fail when the lock is not what the indexes say
 * --source           read again only what this publisher builds; signed is Debian and PGDG; default all
 * --accept-expired   read indexes whose Valid-Until has passed, as those of a mirror that stands still
 */
const path = join(import.meta.dirname, '..', 'src', 'client', 'lock', 'packages.ts');
const publishers: Readonly<Record<string, readonly Publisher[]>> = {
  debian: ['debian'],
  pgdg: ['pgdg'],
  signed: ['debian', 'pgdg'],
  'conda-forge': ['conda-forge'],
  all: ['debian', 'pgdg', 'conda-forge'],
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

const chosen = sources.filter(({ publisher }) => wanted.includes(publisher));
const signed = chosen.length > 0 ? await readSigned(await presentLock()) : await presentLock();
const lock = wanted.includes('conda-forge') ? await readCondaForge(signed) : signed;

for (const { product, major, version, platform, architecture, packages } of lock.sets) {
  const bytes = packages.reduce((sum, each) => sum + each.bytes, 0);
  const title = `${product} ${major} ${platform} ${architecture}`;
  console.log(`${title}: ${version}, ${packages.length} packages, ${bytes} bytes`);
}
const text = renderLock(lock);
if (text === (await readFile(path, 'utf8').catch(() => ''))) console.log('the lock is what the indexes say');
else if (values.check) {
  console.error('the lock is not what the indexes say: run node scripts/lock.ts');
  process.exitCode = 1;
} else await writeFile(path, text);

async function readSigned(present: Lock): Promise<Lock> {
  const debian = await machineKeyring('debian');
  return await makeLock({
    sources: chosen,
    present,
    mirrors: await machineMirrors(),
    keyrings: { debian, pgdg: wanted?.includes('pgdg') ? await machineKeyring('pgdg') : '' },
    networkSettings: await machineNetworkSettings(),
    acceptExpired: values['accept-expired'],
  });
}

async function readCondaForge(present: Lock): Promise<Lock> {
  const made = await condaSets({
    root: condaForge,
    majors: condaMajors,
    proxies: readProxySettings(process.env),
    signal: AbortSignal.timeout(20 * 60_000),
  });
  return { ...present, sets: mergeSets(made, present.sets, ['conda-forge']) };
}

/** Nothing at all where there is no lock yet. */
async function presentLock(): Promise<Lock> {
  const found: { lock: Lock } | undefined = await import('../src/client/lock/packages.ts').catch(() => undefined);
  return found?.lock ?? { schema: 1, takenAt: {}, sets: [] };
}
