import type { ErrorCode, Problem } from '../errors.ts';
import type { Origin } from './source/tree.ts';

/** Gathers what is wrong, each thing once, until there is more than anyone reads. */
export interface Problems {
  readonly found: readonly Problem[];
  /** True when no more are taken. */
  readonly full: boolean;
  /** `path` names the key (`dump.jobs`); empty where `what` says it all. */
  report(code: ErrorCode, origin: Origin, path: string, what: string, remedy: string): void;
}

const most = 100;

/** How the front door spells an input, for messages: `input source-url` or `--source-url`. */
export type Spelling = (input: string) => string;

export function collectProblems(file: string, spell: Spelling): Problems {
  const found: Problem[] = [];
  const seen = new Set<string>();
  return {
    found,
    get full() {
      return found.length >= most;
    },
    report(code, origin, path, what, remedy) {
      const label = origin.kind === 'input' ? spell(origin.name) : path;
      const message = label === '' ? what : `${label}: ${what}`;
      const at = origin.kind === 'file' ? { file, line: origin.line, column: origin.column } : undefined;
      const identity = JSON.stringify([code, message, at]);
      if (seen.has(identity) || found.length >= most) return;
      seen.add(identity);
      found.push({ code, message, remedy, ...(at && { at }) });
    },
  };
}
