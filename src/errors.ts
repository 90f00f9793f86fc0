import { catalogue, type ErrorCode } from './errors/catalogue.ts';
import type { ExitCode } from './errors/entry.ts';

export { catalogue, type ErrorCode } from './errors/catalogue.ts';
export type { ExitCode } from './errors/entry.ts';

/** One thing that is wrong: what, and what to do about it. Neither text ever holds a secret. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** Where in the declared file, when it comes from there. Lines and columns count from 1. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
  /** Where it was told by what a tool said. */
  readonly diagnosis?: ProblemDiagnosis;
}

/** What was found out about an error of a tool. Its texts are foreign. */
export interface ProblemDiagnosis {
  /** The name of the cause in the catalogue of diagnoses; `unrecognised` where it is not there. */
  readonly kind: string;
  /** `benign`: the copy is not touched. Undefined where it is not known. */
  readonly class: 'benign' | 'fixable' | 'defect' | 'incident' | undefined;
  /** `INDEX app.users_created`. */
  readonly object: string | undefined;
  /** How many other errors follow from it. */
  readonly follow: number;
  /** The first message as it came, without values of rows, shortened. */
  readonly said: string;
}

/** The one error that pg-roundtrip throws on purpose. It carries one problem or, for a declared file, all of them. */
export class RoundtripError extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: Problem | readonly [Problem, ...Problem[]], cause?: unknown) {
    const all = 'code' in problems ? ([problems] as const) : problems;
    super(all.map(problem => `${problem.code} ${problem.message}`).join('\n'), { cause });
    this.name = 'RoundtripError';
    this.problems = all;
  }

  get code(): ErrorCode {
    return this.problems[0].code;
  }

  get exitCode(): ExitCode {
    return catalogue[this.code].exit;
  }
}

/** Makes the error for one problem. */
export function fault(code: ErrorCode, message: string, remedy: string, cause?: unknown): RoundtripError {
  return new RoundtripError({ code, message, remedy }, cause);
}

/** Throws when there are problems, with all of them at once. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new RoundtripError([first, ...rest]);
}

/**
 * Any thrown value as a RoundtripError. A full disk (PGR220) and a file that could not be used (PGR221) can turn up
 * wherever files are; what else is not one of ours is a defect and says so without a bare stack.
 */
export function asRoundtripError(error: unknown): RoundtripError {
  if (error instanceof RoundtripError) return error;
  const known = fileFault(error);
  if (known !== undefined) return known;
  const text = error instanceof Error ? error.message : String(error);
  return fault('PGR900', `unexpected failure: ${text}`, 'please report it with the log of this run', error);
}

function fileFault(error: unknown): RoundtripError | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  const { code, syscall, message } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const place = 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
    return fault('PGR220', `the disk is full${place}`, 'free some space, or use a larger disk or runner', error);
  }
  if (syscall === 'uv_cwd') {
    return fault('PGR221', 'the current folder does not exist any more', 'change to one that does', error);
  }
  if (!('path' in error) || String(syscall).startsWith('spawn')) return undefined;
  return fault(
    'PGR221',
    `a file could not be used: ${message}`,
    'check that it exists and that this user may use it',
    error,
  );
}
