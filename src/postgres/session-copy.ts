import { type Duplex, Readable } from 'node:stream';
import { createMessageSplitter } from './session-messages.ts';

/** Chunks that may wait for their reader before the server is held back. */
const mostWaiting = 4;

/**
 * Runs a `COPY … TO STDOUT` and gives its bytes as they come: rows follow each other without a boundary. The driver
 * would make an object of every row (measured: five times the time), so the stream is read here until the server is
 * ready for the next statement, and handed back. A reader that stops early ends the connection.
 *
 * Throws an error with the server's `severity` and `code` if it refuses, or the stream's own.
 */
export async function* copyOut(stream: Duplex, statement: string): AsyncGenerator<Buffer> {
  const theirs = stream.listeners('data') as ((chunk: Buffer) => void)[];
  for (const listener of theirs) stream.off('data', listener);
  const chunks = takeChunks(stream);
  const splitter = createMessageSplitter();
  let ready = false;
  try {
    stream.write(simpleQuery(statement));
    while (!ready) {
      const chunk = await chunks.next();
      if (chunk === undefined) throw new Error('Connection terminated');
      const { content, ended } = splitter.push(chunk);
      if (content !== undefined) yield content;
      ready = ended;
    }
  } finally {
    chunks.stop();
    if (!ready) stream.destroy();
    // The driver lends itself an `on` of its own, which would wrap its listener once more.
    else for (const listener of theirs) Readable.prototype.on.call(stream, 'data', listener);
    stream.resume();
  }
  if (splitter.error !== undefined) throw splitter.error;
}

/** A message of the simple query protocol (manual, "Message Formats"). */
function simpleQuery(statement: string): Buffer {
  const text = Buffer.from(`${statement}\0`);
  const head = Buffer.alloc(5);
  head.write('Q', 'latin1');
  head.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}

function takeChunks(stream: Duplex) {
  const waiting: Buffer[] = [];
  let failure: Error | undefined;
  let closed = stream.destroyed;
  let wake: () => void = () => {};
  const onData = (chunk: Buffer): void => {
    waiting.push(chunk);
    if (waiting.length >= mostWaiting) stream.pause();
    wake();
  };
  const onError = (error: Error): void => {
    failure = error;
    wake();
  };
  const onClose = (): void => {
    closed = true;
    wake();
  };
  Readable.prototype.on.call(stream, 'data', onData);
  stream.on('error', onError);
  stream.on('close', onClose);
  return {
    /** The next chunk; undefined when the connection is closed. */
    async next(): Promise<Buffer | undefined> {
      while (waiting.length === 0) {
        if (failure !== undefined) throw failure;
        if (closed) return undefined;
        stream.resume();
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return waiting.shift();
    },
    stop(): void {
      stream.pause();
      stream.off('data', onData);
      stream.off('error', onError);
      stream.off('close', onClose);
    },
  };
}
