import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { PostgresVersion } from '../postgres/version.ts';
import type { SealedClient } from './client.ts';
import type { Architecture, Lock, LockedSet } from './lock/lock.ts';

/** The machine, as far as it decides which locked packages run on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly architecture: NodeJS.Architecture;
}

const architectures: Partial<Record<NodeJS.Architecture, Architecture>> = { x64: 'amd64', arm64: 'arm64' };

/** As Node and the tool cache call them. */
const processors = { amd64: 'x64', arm64: 'arm64' } as const;

/** The locked sets that run on a machine: on any Linux, whatever its C library; on an ARM Windows those that it emulates. */
export function setsFor(
  lock: Lock,
  product: LockedSet['product'],
  { platform, architecture }: Machine,
): readonly LockedSet[] {
  const own = platform === 'win32' && architecture === 'arm64' ? 'amd64' : architectures[architecture];
  return lock.sets.filter(set => set.product === product && set.platform === platform && set.architecture === own);
}

/** The clients that can be fetched, and where each will lie below `folder`. */
export function sealedClients(
  lock: Lock,
  machine: Machine,
  folder: string,
  certificateFile: string | undefined,
): readonly SealedClient[] {
  return setsFor(lock, 'client', machine).map(set => ({
    kind: 'sealed',
    version: setVersion(set),
    set,
    root: sealedRoot(folder, set),
    certificateFile,
  }));
}

/**
 * Where a set lies. The name follows from every package of the set, so a renewed lock never meets an old folder, and is
 * of the form that the runners' tool cache expects (name, three-part version, processor).
 */
export function sealedRoot(folder: string, set: LockedSet): string {
  const { major, minor } = setVersion(set);
  const revision = createHash('sha256').update(JSON.stringify(set)).digest('hex').slice(0, 12);
  return join(folder, `pg-roundtrip-${set.product}`, `${major}.${minor}.0-r${revision}`, processors[set.architecture]);
}

/** `17.12`, or `19rc1`, which counts as minor 0. */
export function setVersion({ major, version }: LockedSet): PostgresVersion {
  return { major, minor: Number(/^\d+\.(\d+)$/.exec(version)?.[1] ?? 0), text: version };
}
