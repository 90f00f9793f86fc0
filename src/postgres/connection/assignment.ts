import type { ErrorCode, Problem } from '../../errors.ts';

/** One libpq parameter that some source sets. */
export interface Assignment {
  readonly keyword: string;
  readonly value: string;
  /** How a message names the source; for text that may hold a password it is a position, never a piece of the text. */
  readonly origin: string;
  /** False where the keyword may be a piece of a badly quoted password and is therefore never shown. */
  readonly showKeyword: boolean;
}

/** What one source says, and what is wrong with it. */
export interface Parsed {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly Problem[];
}

export function problem(code: ErrorCode, message: string, remedy: string): Problem {
  return { code, message, remedy };
}

/** For a source that is unusable as a whole: reading on would only make up follow-on problems. */
export function unusable(code: ErrorCode, message: string, remedy: string): Parsed {
  return { assignments: [], problems: [problem(code, message, remedy)] };
}
