import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../connection-parameters.ts';
import { deadline } from '../session-deadline.ts';
import { openSocket, targetsOf } from '../session-stream.ts';
import type { Pace } from './pace.ts';

export interface Passage {
  readonly pace: Pace;
  /** Seconds to try one address of a host. */
  readonly connectTimeout: number;
  /** Called with each piece that passes. */
  readonly onMoved: (bytes: number) => void;
}

/** Passes on what a client and a server say to each other, at a pace, until both have ended or one is lost. */
export async function passOn(client: Socket, host: Host, passage: Passage, signal: AbortSignal): Promise<void> {
  client.on('error', () => {
    // The pipeline tells.
  });
  const server = await connectTo(host, passage.connectTimeout, signal);
  try {
    const passing = (from: Socket, to: Socket) =>
      pipeline(from, (pieces: AsyncIterable<Buffer>) => atPace(pieces, passage, signal), to, { signal });
    await Promise.all([passing(client, server), passing(server, client)]);
  } finally {
    server.destroy();
  }
}

/** A connection to the first address of a host that answers. */
export async function connectTo(host: Host, seconds: number, signal: AbortSignal): Promise<Socket> {
  let last: unknown = new Error('the name has no address');
  using lookup = deadline(seconds, signal);
  for (const target of await targetsOf(host, lookup.signal)) {
    try {
      using limit = deadline(seconds, signal);
      return await openSocket(target, limit.signal);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function* atPace(
  source: AsyncIterable<Buffer>,
  { pace, onMoved }: Passage,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += pace.piece) {
      const piece = bytes.subarray(at, at + pace.piece);
      const seconds = pace.reserve(piece.length);
      if (seconds > 0) await delay(seconds * 1000, undefined, { signal });
      onMoved(piece.length);
      yield piece;
    }
  }
}
