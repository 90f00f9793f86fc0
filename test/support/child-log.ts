import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ChildLog {
  /** Both outputs of a child as one text, line by line, as a runner merges them. */
  text(): string;
  /** Adds what is left of unfinished lines. */
  end(): void;
}

/** Collects what a child prints; `onText` is called with the whole text after each addition. */
export function collectLog(child: ChildProcess, onText?: (text: string) => void): ChildLog {
  const finished: string[] = [];
  const rest = new Map<Readable, string>();
  const add = (text: string) => {
    finished.push(text);
    onText?.(finished.join(''));
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const pending = `${rest.get(stream) ?? ''}${chunk}`;
      const end = pending.lastIndexOf('\n') + 1;
      rest.set(stream, pending.slice(end));
      if (end > 0) add(pending.slice(0, end));
    });
  }
  return {
    text: () => finished.join(''),
    end: () => {
      for (const text of rest.values()) if (text !== '') add(`${text}\n`);
      rest.clear();
    },
  };
}
