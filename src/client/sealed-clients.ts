import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { PostgresVersion } from '../postgres/version.ts';
import type { SealedClient } from './client.ts';
import type { Architecture, Lock, LockedSet } from './lock/lock.ts';
import type { ToolName } from './tool-cache.ts';

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
 * The name of a set follows from every package of it, so a renewed lock never meets an old folder. The third number
 * stands for them: `17.x` finds a released client, as it finds no prerelease.
 */
export function toolName(set: LockedSet): ToolName {
  const { major, minor, text } = setVersion(set);
  const digest = createHash('sha256').update(JSON.stringify(set)).digest('hex').slice(0, 12);
  const prerelease = text.slice(String(major).length).replace(/^\.\d+$/, '');
  const version =
    prerelease === '' ? `${major}.${minor}.${Number.parseInt(digest, 16)}` : `${major}.0.0-${prerelease}.r${digest}`;
  return { tool: `pg-roundtrip-${set.product}`, version, processor: processors[set.architecture] };
}

/** Where a set lies: as in the tool cache of a runner, also where there is none. */
export function sealedRoot(folder: string, set: LockedSet): string {
  const { tool, version, processor } = toolName(set);
  return join(folder, tool, version, processor);
}

/** `17.12`, or `19rc1`, which counts as minor 0. */
export function setVersion({ major, version }: LockedSet): PostgresVersion {
  return { major, minor: Number(/^\d+\.(\d+)$/.exec(version)?.[1] ?? 0), text: version };
}
