/** What a process of pg-roundtrip ends with. 0 is success; the numbers are part of the public contract. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'passed, or unproven: every step succeeded',
  1: 'failed: something that should have worked did not',
  2: 'bad input, or something that a step needs is not there',
  3: 'verification failed, or a dump is damaged',
  4: 'refused by a safety guard',
  5: 'timed out, or the peer stalled',
  130: 'cancelled',
};

/** What is known of a code. The texts are Markdown: `docs/errors.md` is made of them. */
export interface Entry {
  readonly exit: Exclude<ExitCode, 0>;
  /** What the code says, as half a sentence. */
  readonly meaning: string;
  /** What usually is behind it, in whole sentences. */
  readonly causes: string;
  /** What to do, in whole sentences; the message of an error is more exact where it can be. */
  readonly remedy: string;
}

export type Entries = Readonly<Record<`PGR${number}`, Entry>>;
