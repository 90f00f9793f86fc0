/** What a process of pg-roundtrip ends with. 0 is success; the numbers are part of the public contract. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

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
