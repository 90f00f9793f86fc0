import { inParts } from '../exact-content.ts';
import type { PartPlan } from './part-plan.ts';

/** What the completion of an upload has to say of each part. */
export interface StoredPart {
  readonly PartNumber: number;
  readonly ETag: string;
  readonly ChecksumSHA256?: string;
}

/**
 * Reads the content part by part and sends several at once. The first failure ends reading and every other part, and is
 * thrown when all of them have ended.
 */
export async function sendParts(
  read: (signal: AbortSignal) => AsyncIterable<Buffer>,
  bytes: number,
  { partBytes, buffers }: PartPlan,
  send: (body: Buffer, number: number, signal: AbortSignal) => Promise<StoredPart>,
  signal: AbortSignal,
): Promise<readonly StoredPart[]> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const stored: StoredPart[] = [];
  const sending = new Set<Promise<void>>();
  // Used again, as memory that is given up is not free before the collector comes.
  const spare: Buffer[] = [];
  const take = (size: number) => spare.pop() ?? Buffer.allocUnsafeSlow(size);
  let number = 0;
  try {
    for await (const body of inParts(read(ended), bytes, partBytes, take)) {
      number += 1;
      const sent = send(body, number, ended)
        .then(part => {
          stored.push(part);
          if (body.length === partBytes) spare.push(body);
        })
        .finally(() => sending.delete(sent));
      sent.catch((error: unknown) => stop.abort(error));
      sending.add(sent);
      // One buffer is for the part that is read next.
      while (sending.size >= buffers) await Promise.race(sending);
    }
    await Promise.all(sending);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(sending);
    throw error;
  }
  return stored.sort((one, other) => one.PartNumber - other.PartNumber);
}
