import type { ExitCode, Problem } from '../errors.ts';
import type { DatabaseVerification } from '../verify/finding.ts';

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
  /** Databases that the run restored and left in place, for later steps. */
  readonly databases: readonly RestoredDatabase[];
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

export type StepResult = DumpResult | RestoreResult | VerifyResult | SqlResult | PublishResult;

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
  readonly databases: readonly {
    readonly source: string;
    readonly target: string;
    /** False when it was there, empty, before. */
    readonly created: boolean;
    readonly tables: number;
    readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  }[];
  readonly rolesCreated: readonly string[];
}

export interface VerifyResult {
  readonly kind: 'verify';
  readonly level: string;
  readonly databases: readonly DatabaseVerification[];
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
