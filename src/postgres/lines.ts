import { StringDecoder } from 'node:string_decoder';

/** Characters after which a line that has no end comes in pieces, as memory is finite. */
const longestLine = 1 << 20;

export interface LineSplitter {
  write(bytes: Buffer): void;
  /** Hands over what came after the last line end. */
  end(): void;
}

/** Parts bytes into lines at LF or CRLF, and at no other sign: all others may stand in the name of a table. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rest.length > longestLine) flush();
  };
  const flush = (): void => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  return {
    write: bytes => take(decoder.write(bytes)),
    end: () => {
      take(decoder.end());
      flush();
    },
  };
}
