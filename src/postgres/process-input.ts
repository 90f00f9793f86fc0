import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Gives a program what it is to read, as fast as it reads, then the end. A program that ends before it has read all is
 * no failure of the input. When the input itself fails, `onFailure` has to kill the program before it is told of an end
 * that is none: psql takes what it has got for the whole.
 */
export function feed(stdin: Writable, input: AsyncIterable<Uint8Array>, onFailure: (reason: unknown) => void): void {
  const closed = new AbortController();
  stdin.once('close', () => closed.abort());
  // The program's exit code says why it has stopped reading.
  stdin.on('error', () => closed.abort());
  const write = async (): Promise<void> => {
    for await (const bytes of input) {
      if (closed.signal.aborted) return;
      if (!stdin.write(bytes)) await once(stdin, 'drain', { signal: closed.signal }).catch(() => {});
    }
    stdin.end();
  };
  write().catch((reason: unknown) => {
    onFailure(reason);
    stdin.destroy();
  });
}
