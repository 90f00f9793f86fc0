import type { NotCovered } from '../dumpset/manifest.ts';
import type { ErrorCode, ExitCode, Problem, ProblemDiagnosis } from '../errors.ts';
import type { DatabaseVerification } from '../verify/finding.ts';
import type { Recovery } from './recovery.ts';

/**
 * `passed`: every dump of the run was restored and compared. `unproven`: all steps succeeded, but some dump was not
 * restored and compared. `failed`: a step did not succeed.
 */
export type RunVerdict = 'passed' | 'unproven' | 'failed';

/** What every renderer (log, summary, JSON, JUnit) shows. It holds no secret. */
export interface RunReport {
  readonly schema: 1;
  readonly tool: { readonly name: 'pg-roundtrip'; readonly version: string };
  readonly verdict: RunVerdict;
  readonly exitCode: ExitCode;
  /** One sentence for people: why the verdict is what it is. */
  readonly headline: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  /** The problems of all steps, for programs. */
  readonly errors: readonly ReportedError[];
  /** Measured where dump sets from elsewhere were restored. */
  readonly recovery?: Recovery | undefined;
  /** Databases that the run restored and left in place, for later steps. */
  readonly databases: readonly RestoredDatabase[];
  /** Where the time went; what a failure has cut short is there for as long as it took. */
  readonly profile?: readonly ProfilePart[] | undefined;
}

/**
 * A stretch of the run, in seconds since the run began. Parts may lie within others and overlap, as where several jobs work.
 *
 * `preparation`: before or between steps. `step`: a whole step. `dump`: a database, or what belongs to all; `data` its rows alone. `phase`: of a
 * restore. `data`, `index builds`, `foreign keys` and `materialized views` lie within one, each from the first begin to the
 * last end. `table` and `index`: the slowest of a step. `proof`: a part of a comparison. `transfer`: of publishing or fetching.
 */
export interface ProfilePart {
  /** Position in `steps`, from 0; undefined for preparation. */
  readonly step: number | undefined;
  readonly kind:
    | 'preparation'
    | 'step'
    | 'dump'
    | 'phase'
    | 'data'
    | 'index builds'
    | 'foreign keys'
    | 'materialized views'
    | 'table'
    | 'index'
    | 'proof'
    | 'transfer';
  /** The database that it is about, if it is about one. */
  readonly database: string | undefined;
  readonly name: string;
  readonly start: number;
  readonly seconds: number;
}

export interface ReportedError {
  /** The title of its step. */
  readonly step: string;
  /** These, `object` and `said` are undefined where no tool told of it. */
  readonly class: ProblemDiagnosis['class'];
  readonly kind: string | undefined;
  readonly object: string | undefined;
  readonly said: string | undefined;
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  /** How many other errors follow from it. */
  readonly follow: number;
}

export interface RestoredDatabase {
  readonly name: string;
  readonly connection: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `postgresql://user@host:port/name`, without password. */
  readonly url: string;
}

export interface StepReport {
  readonly title: string;
  readonly status: 'succeeded' | 'failed' | 'not run';
  readonly seconds: number;
  readonly problems: readonly Problem[];
  /** What a reader should know although it is no error. */
  readonly notes: readonly string[];
  readonly result: StepResult | undefined;
}

export type StepResult =
  | FetchResult
  | PruneResult
  | DumpResult
  | RestoreResult
  | VerifyResult
  | CloneResult
  | SqlResult
  | PublishResult;

export interface DumpResult {
  readonly kind: 'dump';
  readonly path: string;
  readonly client: string;
  readonly server: string;
  readonly databases: readonly {
    readonly name: string;
    readonly format: string;
    readonly tables: number;
    readonly rows: number;
    readonly largeObjects: number | undefined;
    readonly archiveBytes: number;
    readonly sourceBytes: number;
    /** What the dump leaves out of the database; undefined where that was not asked for. */
    readonly notCovered?: NotCovered | undefined;
    readonly snapshot: string;
    readonly seconds: number;
  }[];
}

export interface RestoreResult {
  readonly kind: 'restore';
  /** Folder of the dump set, and the connection. */
  readonly from: string;
  readonly into: string;
  readonly client: string;
  /** pg_restore's parts of the archive that were restored: pre-data, data, post-data. A copy with fewer proves no dump. */
  readonly sections: readonly string[];
  /** Whether these are all that the dump set holds. */
  readonly complete: boolean;
  readonly databases: readonly {
    readonly source: string;
    readonly target: string;
    /** False when it was there, empty, before. */
    readonly created: boolean;
    readonly tables: number;
    readonly phases: readonly { readonly name: string; readonly seconds: number }[];
    /** What the selection leaves out, by name; `objects` holds the first of them. */
    readonly leftOut: { readonly count: number; readonly objects: readonly string[] };
    /** What was made last, in a phase of its own. */
    readonly deferred: readonly string[];
    /** Schemas and extensions that were there before and stayed as they were; undefined unless the database was to be kept. */
    readonly present: readonly string[] | undefined;
    /** Schemas that the dump puts something into and does not make itself. */
    readonly schemasCreated: readonly string[];
  }[];
  readonly rolesCreated: readonly string[];
}

export interface VerifyResult {
  readonly kind: 'verify';
  readonly level: string;
  readonly databases: readonly DatabaseVerification[];
}

export interface CloneResult {
  readonly kind: 'clone';
  readonly source: string;
  readonly databases: readonly { readonly name: string; readonly seconds: number }[];
}

export interface SqlResult {
  readonly kind: 'sql';
}

export interface PublishResult {
  readonly kind: 'publish';
  readonly place: string;
  /** What the dump set holds. */
  readonly databases: readonly string[];
  readonly bytes: number;
  readonly artifact:
    | { readonly id: string; readonly name: string; readonly sha256: string; readonly url: string | undefined }
    | undefined;
}

export interface FetchResult {
  readonly kind: 'fetch';
  /** Where it came from, for people. */
  readonly from: string;
  /** Folder of the dump set. */
  readonly path: string;
  readonly databases: readonly string[];
  /** When the dump was finished, ISO 8601 in UTC. */
  readonly dumpedAt: string;
  readonly bytes: number;
}

export interface PruneResult {
  readonly kind: 'prune';
  readonly place: string;
  readonly dryRun: boolean;
  readonly sets: readonly {
    readonly name: string;
    readonly dumpedAt: string;
    readonly verified: boolean;
    readonly fate: 'keep' | 'delete';
    readonly reason: string;
  }[];
  /** What lies there and is no sound dump set: it is left alone. Each with the reason. */
  readonly unknown: readonly { readonly name: string; readonly reason: string }[];
}
