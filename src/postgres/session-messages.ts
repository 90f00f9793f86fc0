/** What a piece of the server's answer held. */
export interface Split {
  /** The content of CopyData messages, joined. */
  readonly content: Buffer | undefined;
  /** True once the server is ready for the next statement. */
  readonly ended: boolean;
}

const headBytes = 5;
const copyData = 'd'.charCodeAt(0);
const errorResponse = 'E'.charCodeAt(0);
const readyForQuery = 'Z'.charCodeAt(0);

/**
 * Takes the messages of a COPY apart (manual, "Message Formats"). The content of rows is moved together within the
 * chunk it came in, so nothing is allocated for a row.
 */
export function createMessageSplitter() {
  // The head of a message, and the bytes of an error, may be cut by the end of a chunk.
  let head: Buffer = Buffer.alloc(0);
  let type = 0;
  let remaining = 0;
  let errorBytes: Buffer[] = [];
  let error: Error | undefined;

  return {
    /** What the server refused with, if it did. */
    get error(): Error | undefined {
      return error;
    },
    push(chunk: Buffer): Split {
      let at = 0;
      let kept = 0;
      for (;;) {
        const length = Math.min(remaining, chunk.length - at);
        if (length > 0) {
          if (type === copyData) {
            if (kept !== at) chunk.copyWithin(kept, at, at + length);
            kept += length;
          } else if (type === errorResponse) errorBytes.push(Buffer.from(chunk.subarray(at, at + length)));
          at += length;
          remaining -= length;
        }
        if (remaining > 0) break;
        if (type === errorResponse && errorBytes.length > 0) {
          error ??= toError(Buffer.concat(errorBytes));
          errorBytes = [];
        }
        if (type === readyForQuery) return { content: kept > 0 ? chunk.subarray(0, kept) : undefined, ended: true };
        if (at === chunk.length) break;
        if (head.length > 0 || at + headBytes > chunk.length) {
          const missing = Math.min(headBytes - head.length, chunk.length - at);
          head = Buffer.concat([head, chunk.subarray(at, at + missing)]);
          at += missing;
          if (head.length < headBytes) break;
          type = head[0] ?? 0;
          remaining = head.readInt32BE(1) - 4;
          head = Buffer.alloc(0);
        } else {
          type = chunk[at] ?? 0;
          remaining = chunk.readInt32BE(at + 1) - 4;
          at += headBytes;
        }
      }
      return { content: kept > 0 ? chunk.subarray(0, kept) : undefined, ended: false };
    },
  };
}

/** Fields of an ErrorResponse: a letter and a text each (manual, "Error and Notice Message Fields"). */
function toError(bytes: Buffer): Error {
  const fields = new Map(
    bytes
      .toString('utf8')
      .split('\0')
      .map(field => [field.slice(0, 1), field.slice(1)]),
  );
  return Object.assign(new Error(fields.get('M') ?? 'the server gave no reason'), {
    severity: fields.get('V') ?? fields.get('S') ?? 'ERROR',
    code: fields.get('C') ?? 'XX000',
  });
}
