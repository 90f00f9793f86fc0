import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault } from '../../errors.ts';
import type { LockedPackage } from '../lock/lock.ts';
import { describeFailure, type FetchFailure, isForgery, isPassing, type Patience } from './attempts.ts';
import { type GetOptions, httpGet } from './http-get.ts';
import type { Mirror } from './mirrors.ts';
import { watchForStall } from './stall-watch.ts';

export interface DownloadOptions extends GetOptions {
  readonly mirrors: readonly Mirror[];
  readonly patience: Patience;
  /** Told of each request, for those who count. */
  readonly onRequest: (host: string) => void;
}

/**
 * Fetches one package into a new file, trying its mirrors in turn. When it returns, the file has the size and the hash
 * of the lock; both are taken while it streams, and what is too long is cut off at once.
 *
 * @throws PGR251 when a mirror sent something else and no other had the package, PGR250 when none could be used.
 */
export async function downloadPackage(wanted: LockedPackage, file: string, options: DownloadOptions): Promise<void> {
  const failures: { readonly host: string; readonly failure: FetchFailure }[] = [];
  for (const mirror of options.mirrors.filter(one => one.archive === wanted.archive)) {
    const url = new URL(wanted.path, mirror.url);
    const failure = await tryMirror(url, wanted, file, options);
    if (failure === undefined) return;
    failures.push({ host: url.host, failure });
  }
  throw notFetched(wanted, failures);
}

/** Attempts on one mirror; the last failure if none succeeded. */
async function tryMirror(
  url: URL,
  wanted: LockedPackage,
  file: string,
  options: DownloadOptions,
): Promise<FetchFailure | undefined> {
  let failure: FetchFailure | undefined;
  for (const wait of options.patience.waits) {
    await sleep(wait, undefined, { signal: options.signal });
    options.onRequest(url.host);
    failure = await attempt(url, wanted, file, options);
    if (failure === undefined || !isPassing(failure)) return failure;
  }
  return failure;
}

async function attempt(
  url: URL,
  wanted: LockedPackage,
  file: string,
  options: DownloadOptions,
): Promise<FetchFailure | undefined> {
  const { idle, attempt: base, slowest } = options.patience;
  using watch = watchForStall(options.signal, idle, base + wanted.bytes / slowest);
  const hash = createHash('sha256');
  let got = 0;
  try {
    const answer = await httpGet(url, { ...options, signal: watch.signal });
    if (answer.statusCode !== 200) {
      answer.destroy();
      return { kind: 'status', status: answer.statusCode ?? 0 };
    }
    const checked = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        watch.touch();
        got += chunk.length;
        if (got > wanted.bytes) throw new Error('longer than locked');
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(answer, checked, createWriteStream(file, { mode: 0o644 }), { signal: watch.signal });
  } catch (error) {
    options.signal.throwIfAborted();
    if (watch.stalled()) return { kind: 'stalled', seconds: idle / 1_000 };
    if (got > wanted.bytes) return { kind: 'size', got, wanted: wanted.bytes };
    if (isOurDisk(error)) throw error;
    return { kind: 'network', reason: reasonOf(error) };
  }
  if (got !== wanted.bytes) return { kind: 'size', got, wanted: wanted.bytes };
  const sha256 = hash.digest('hex');
  return sha256 === wanted.sha256 ? undefined : { kind: 'hash', got: sha256, wanted: wanted.sha256 };
}

/** A full disk or a forbidden folder is no fault of a mirror; errors of the network name no path. */
function isOurDisk(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return 'path' in error || error.code === 'ENOSPC' || error.code === 'EDQUOT';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Happy eyeballs: one error for all addresses of a host, without a text of its own.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const inner: unknown = first ?? error;
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : error.message;
}

function notFetched(
  wanted: LockedPackage,
  failures: readonly { readonly host: string; readonly failure: FetchFailure }[],
): Error {
  const told = failures.map(({ host, failure }) => `${host} ${describeFailure(failure)}`).join('; ');
  const name = `${wanted.name} ${wanted.version}`;
  if (failures.some(({ failure }) => isForgery(failure))) {
    return fault(
      'PGR251',
      `${name} differs from what is locked: ${told}; nothing was installed`,
      'a proxy or mirror may be rewriting downloads: name another one in client.mirrors, or an installed client in client.path',
    );
  }
  return fault(
    'PGR250',
    `${name} could not be fetched: ${told === '' ? `no mirror has the archive ${wanted.archive}` : told}`,
    'allow these hosts, name a mirror in client.mirrors, or an installed client in client.path',
  );
}
