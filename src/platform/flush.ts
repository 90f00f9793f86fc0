import type { Writable } from 'node:stream';

/**
 * Resolves when a stream has handed on everything that was written to it, or can't any more. To be awaited before
 * `process.exit`, which drops what a pipe has not yet taken where pipes are asynchronous.
 */
export function flushed(stream: Pick<Writable, 'write'>): Promise<void> {
  return new Promise(resolve => {
    stream.write('', () => resolve());
  });
}

/** Lets a program go on where nobody reads what it prints any more, as behind `| head`: what it has begun is still to be ended well. */
export function outliveReader(stream: Pick<Writable, 'on'>): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
