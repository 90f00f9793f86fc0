import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import type { LockedSet } from '../../../src/client/lock/lock.ts';
import { httpGet } from '../../../src/client/sealed/http-get.ts';
import { noProxy, type ProxySettings } from '../../../src/client/sealed/proxy.ts';
import { type CondaRecord, readRepodata } from './repodata.ts';
import { resolveConda, type VirtualPackage } from './resolve.ts';

export const condaForge = 'https://conda.anaconda.org/conda-forge/';

/** Majors that conda-forge builds for each of the platforms. A major that it does not have is an error. */
export const condaMajors: readonly number[] = [13, 14, 15, 16, 17, 18];

interface CondaTarget extends Pick<LockedSet, 'platform' | 'architecture'> {
  readonly folder: string;
  /** What the oldest system that a set is made for provides. */
  readonly virtual: readonly VirtualPackage[];
}

const given = (name: string, version: string, build = '0'): VirtualPackage => ({ name, version, build });
const mac = [given('__unix', '0'), given('__osx', '13.0')];

const targets: readonly CondaTarget[] = [
  {
    folder: 'osx-64',
    platform: 'darwin',
    architecture: 'amd64',
    virtual: [...mac, given('__archspec', '1', 'x86_64')],
  },
  { folder: 'osx-arm64', platform: 'darwin', architecture: 'arm64', virtual: [...mac, given('__archspec', '1', 'm1')] },
  {
    folder: 'win-64',
    platform: 'win32',
    architecture: 'amd64',
    virtual: [given('__win', '10.0'), given('__archspec', '1', 'x86_64')],
  },
];

/** Timezones are read by a server alone. */
const skipped = (name: string): boolean => name === 'tzdata' || name === 'tzcode';

export interface CondaOptions {
  /** The channel's root, with a slash at the end. */
  readonly root: string;
  readonly majors: readonly number[];
  readonly proxies?: ProxySettings;
  readonly signal: AbortSignal;
}

/**
 * Makes the sets for macOS and Windows from the indexes of conda-forge. Nobody signs these: they come over TLS from the
 * channel's host, and what they say is accepted by those who review the change of the lock. From then on the hashes in
 * it decide.
 */
export async function condaSets(options: CondaOptions): Promise<readonly LockedSet[]> {
  const common = await readIndex('noarch', options);
  const made: LockedSet[] = [];
  for (const { folder, platform, architecture, virtual } of targets) {
    const records = [...(await readIndex(folder, options)), ...common];
    for (const major of options.majors) {
      const packages = resolveFor(folder, major, { records, virtual });
      const version = packages.find(({ name }) => name === 'postgresql')?.version ?? '';
      if (!/^\d+\.\d+$/.test(version)) throw new Error(`${version} is not the version of a release of Postgres`);
      made.push({ product: 'client', major, version, platform, architecture, packages: packages.map(locked) });
    }
  }
  return made;
}

function resolveFor(
  folder: string,
  major: number,
  index: { readonly records: readonly CondaRecord[]; readonly virtual: readonly VirtualPackage[] },
): readonly CondaRecord[] {
  try {
    return resolveConda(`postgresql ${major}.*`, { ...index, skipped });
  } catch (cause) {
    throw new Error(`${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function locked({ name, version, path, bytes, sha256 }: CondaRecord): LockedSet['packages'][number] {
  return { name, version, archive: 'conda-forge', path, bytes, sha256 };
}

/** Reads one index, compressed where the channel has it so. */
async function readIndex(
  folder: string,
  { root, proxies = noProxy, signal }: CondaOptions,
): Promise<readonly CondaRecord[]> {
  for (const name of ['repodata.json.zst', 'repodata.json']) {
    const url = new URL(`${folder}/${name}`, root);
    const answer = await httpGet(url, { proxies, agents: undefined, signal });
    if (answer.statusCode === 200) {
      const read = (source: AsyncIterable<Uint8Array>) => readRepodata(source, folder);
      return name.endsWith('.zst')
        ? await pipeline(answer, createZstdDecompress(), read, { signal })
        : await pipeline(answer, read, { signal });
    }
    answer.destroy();
    if (answer.statusCode !== 404) throw new Error(`${url.href} answers with ${answer.statusCode}`);
  }
  throw new Error(`${root}${folder} has no repodata.json`);
}
