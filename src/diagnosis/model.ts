import type { ErrorCode } from '../errors.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { Program } from '../postgres/process.ts';
import type { Said } from './said.ts';

/**
 * `benign`: the copy is not touched. `fixable`: by the environment or by options. `defect`: the database itself cannot
 * be restored as it is. `incident`: data of the source is damaged.
 */
export type DiagnosisClass = 'benign' | 'fixable' | 'defect' | 'incident';

/** One cause that is told by what a tool says: a row of the catalogue. */
export interface Diagnosis {
  /** A stable name, as `report.json` has it. */
  readonly kind: string;
  readonly class: DiagnosisClass;
  readonly code: ErrorCode;
  /** Undefined for all of them. */
  readonly programs?: readonly Program[];
  /** What the server says, from its beginning, so that no name or value in it can look like another message. */
  readonly server?: RegExp;
  /** What the tool says in its own words. */
  readonly tool?: RegExp;
  readonly when?: (said: Said, about: About) => boolean;
  /** `captured` is the first group that matched, or empty. */
  readonly message: (captured: string, about: About) => string;
  /** What to do, in words that can be pasted. */
  readonly fix: (captured: string, about: About) => string;
  /** One cause however many names it is said of; else each captured name is a cause of its own. */
  readonly oneCause?: true;
  /** It says that something is missing, which is no cause where the maker of that has failed before. */
  readonly misses?: true;
  /** Never a cause itself where there is another one before it. */
  readonly follows?: true;
}

/** What is known beside the message. */
export interface About {
  readonly program: Program;
  readonly said: Said;
  /** The role and the database that the tool was connected to; undefined where they are not known. */
  readonly user: string | undefined;
  readonly database: string | undefined;
  /** What the message is about, in the table of contents. */
  readonly entry: TocEntry | undefined;
  /** Whether the archive holds what is missing; undefined where that is not known, or nothing is missing. */
  readonly held: boolean | undefined;
}

/** One cause, with what follows from it. Its texts hold foreign names. */
export interface Finding {
  readonly kind: string;
  /** Undefined where the error is not in the catalogue. */
  readonly class: DiagnosisClass | undefined;
  readonly code: ErrorCode;
  /** As people read it: `INDEX app.users_created`. */
  readonly object: string | undefined;
  readonly message: string;
  readonly fix: string;
  /** How many other errors follow from it. */
  readonly follow: number;
  /** The first message as it came, without values of rows, shortened. */
  readonly said: string;
}
