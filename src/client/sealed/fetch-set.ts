import { mkdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { LockedPackage, LockedSet } from '../lock/lock.ts';
import { type Patience, usualPatience } from './attempts.ts';
import { fetchPackage, type SealProgress, takePackage } from './fetch-package.ts';
import { createLimiter } from './limiter.ts';
import type { Mirror } from './mirrors.ts';
import { noProxy, type ProxySettings } from './proxy.ts';

export interface FetchOptions {
  /** For each archive that the set uses, best first; see `mirrorsFor`. */
  readonly mirrors: readonly Mirror[];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SealProgress) => void;
  /** Of this machine, see `readProxySettings`; by default none. */
  readonly proxies?: ProxySettings;
  readonly patience?: Patience;
}

const downloadsAtOnce = 8;

/**
 * Fetches all packages of a set into a folder, side by side, and hands each to `use` as soon as it is there and verified,
 * one at a time. The first failure ends the others; all are waited for. Gives what `use` gave for each.
 */
export async function fetchSet<Result>(
  set: LockedSet,
  folder: string,
  options: FetchOptions,
  use: (member: LockedPackage, bytes: Buffer, signal: AbortSignal) => Promise<Result>,
): Promise<ReadonlyMap<LockedPackage, Result>> {
  const { onProgress = () => {}, mirrors, proxies = noProxy, patience = usualPatience } = options;
  await mkdir(folder, { recursive: true });
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const agents = {
    http: new Agent({ keepAlive: true, maxSockets: downloadsAtOnce }),
    https: new SecureAgent({ keepAlive: true, maxSockets: downloadsAtOnce }),
  };
  const onRequest = (host: string): void => onProgress({ kind: 'request', host });
  const download = { mirrors, proxies, patience, agents, signal, onRequest };
  // Decompression uses this thread alone: two at a time would only take more memory.
  const [fetching, using] = [createLimiter(downloadsAtOnce), createLimiter(1)];
  const results = new Map<LockedPackage, Result>();
  const work = async (member: LockedPackage): Promise<void> => {
    try {
      await fetching(() => fetchPackage(member, folder, download, onProgress));
      await using(async () => {
        signal.throwIfAborted();
        results.set(member, await use(member, await takePackage(member, folder), signal));
      });
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  // The largest first: unpacking goes on while the small ones come.
  const order = set.packages.toSorted((left, right) => right.bytes - left.bytes);
  await Promise.allSettled(order.map(work));
  for (const agent of [agents.http, agents.https]) agent.destroy();
  if (signal.aborted) throw signal.reason;
  return results;
}
