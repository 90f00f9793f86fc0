import { asRoundtripError, type ErrorCode, type Problem, RoundtripError } from '../errors.ts';

/** What is looked at before a run. */
export type CheckName =
  | 'connection'
  | 'plan'
  | 'protection'
  | 'target'
  | 'publishing'
  | 'versions'
  | 'standby'
  | 'privileges'
  | 'row-level security'
  | 'extensions'
  | 'roles'
  | 'encoding and locale'
  | 'free connections'
  | 'disk space';

interface Said {
  readonly check: CheckName;
  /** The connection, database or folder that it is about. */
  readonly about: string;
  readonly says: string;
}

/** What one check says of one thing. A check that could not be made is `not checked`, and never `ok`. */
export type Finding =
  | (Said & { readonly verdict: 'ok' | 'note' })
  | (Said & { readonly verdict: 'warning' | 'not checked'; readonly remedy: string })
  /** It would end the run: `code` says how. */
  | (Said & { readonly verdict: 'blocks'; readonly code: ErrorCode; readonly remedy: string });

export type Verdict = Finding['verdict'];

/** A check and what it is about, for whoever makes its findings. */
export type Subject = Pick<Said, 'check' | 'about'>;

export function blocks(subject: Subject, { code, message, remedy }: Problem): Finding {
  return { ...subject, verdict: 'blocks', says: message, code, remedy };
}

export function notChecked(subject: Subject, says: string, remedy: string): Finding {
  return { ...subject, verdict: 'not checked', says, remedy };
}

/** Findings that say that something blocks, as the problems of one error. */
export function blockers(findings: readonly Finding[]): readonly Problem[] {
  return findings.flatMap(finding =>
    finding.verdict === 'blocks' ? [{ code: finding.code, message: finding.says, remedy: finding.remedy }] : [],
  );
}

/** The findings of a check; one that fails says so as its finding, unless the run itself has ended. */
export async function attempted(
  subject: Subject,
  signal: AbortSignal,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    signal.throwIfAborted();
    const { problems } = asRoundtripError(error);
    return problems.map(({ message, remedy }) => notChecked(subject, message, remedy));
  }
}

/** The problems of a failed attempt, as findings that block. */
export function refused(subject: Subject, error: unknown): readonly Finding[] {
  const { problems } = error instanceof RoundtripError ? error : asRoundtripError(error);
  return problems.map(problem => blocks(subject, problem));
}
