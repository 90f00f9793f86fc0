import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isSocketFolder } from './connection/exposure.ts';
import type { Host } from './connection-parameters.ts';

/** Where exactly a connection goes. */
export type Target =
  | { readonly kind: 'network'; readonly address: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string };

/** Milliseconds of silence after which the operating system asks whether the peer is still there. */
const keepAliveDelay = 60_000;

/** The targets that a host stands for, in the resolver's order; libpq tries each of them as well. */
export async function targetsOf({ host, address, port }: Host, signal: AbortSignal): Promise<readonly Target[]> {
  if (address !== undefined) return [{ kind: 'network', address, port }];
  if (isSocketFolder(host)) {
    // libpq writes Linux' abstract sockets with "@", the kernel with a leading NUL.
    return [{ kind: 'socket', path: `${host.replace(/^@/, '\0')}/.s.PGSQL.${port}` }];
  }
  const found = await unlessAborted(lookup(host, { all: true, verbatim: true }), signal);
  return found.map(each => ({ kind: 'network', address: each.address, port }));
}

/** Opens a plain connection. Rejects with the system's error, or with the reason of the signal. */
export async function openSocket(target: Target, signal: AbortSignal): Promise<Socket> {
  const socket =
    target.kind === 'socket' ? connect({ path: target.path }) : connect({ host: target.address, port: target.port });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveDelay);
  await nextEvent(socket, 'connect', signal);
  return socket;
}

/** Waits for an event of a stream. When the signal fires or the stream ends first, the stream is destroyed. */
export function nextEvent(stream: Duplex, event: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      stream.off(event, onEvent);
      stream.off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onEvent = (value: unknown) => settle(() => resolve(value));
    const onClose = () => settle(() => reject(new Error('the server closed the connection')));
    const onAbort = () => stream.destroy(asError(signal.reason));
    stream.once(event, onEvent);
    stream.once('close', onClose);
    // Stays for good: an error without a listener would end the process, also long after this wait.
    stream.on('error', error => settle(() => reject(error)));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise, reject } = withReject();
  const onAbort = () => reject(asError(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}

export function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
