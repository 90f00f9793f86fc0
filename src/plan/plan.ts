import type { ChosenClient } from '../client/choose.ts';
import type { SqlStep } from '../config/config.ts';
import type { DumpOptions, RestoreOptions } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import type { Level } from '../verify/finding.ts';

/** What a run will do, in order, with every default resolved and every command built. Plain data, without secrets. */
export interface Plan {
  /** Servers that are started before the first step. */
  readonly servers: readonly PlannedServer[];
  readonly steps: readonly PlannedStep[];
}

/** A throwaway server. Its port is chosen when it is started, so commands that are only planned show 0. */
export interface PlannedServer {
  readonly connection: string;
  readonly version: PostgresVersion;
  /** Where its programs come from, for people. */
  readonly place: string;
  /** Why this version. */
  readonly reason: string;
}

export type PlannedStep = PlannedDump | PlannedRestore | PlannedVerify | PlannedSql | PlannedPublish;

export interface PlannedDump {
  readonly kind: 'dump';
  readonly title: string;
  readonly connection: string;
  readonly client: ChosenClient;
  readonly options: DumpOptions;
  /** Why the chosen defaults are what they are. */
  readonly notes: readonly string[];
  /** The dump set's folder, absolute, and the folder where it is built. */
  readonly folder: string;
  readonly partial: string;
  readonly databases: readonly { readonly name: string; readonly path: string; readonly command: Command }[];
  readonly globals: { readonly path: string; readonly command: Command } | undefined;
}

/** pg_restore's parts of an archive. */
export type RestoreSection = 'pre-data' | 'data' | 'post-data';

export interface PlannedRestore {
  readonly kind: 'restore';
  readonly title: string;
  readonly connection: string;
  readonly client: ChosenClient;
  readonly options: RestoreOptions;
  /** True when the file leaves the owners open: then missing roles are an error and not a surprise. */
  readonly ownersUndecided: boolean;
  readonly notes: readonly string[];
  readonly folder: string;
  readonly sections: readonly RestoreSection[];
  readonly databases: readonly PlannedRestoreDatabase[];
  readonly analyze: boolean;
  readonly temporary: boolean;
}

export interface PlannedRestoreDatabase {
  readonly source: string;
  readonly target: string;
  readonly overwrite: boolean;
  readonly phases: readonly { readonly name: string; readonly command: Command }[];
}

export interface PlannedVerify {
  readonly kind: 'verify';
  readonly title: string;
  readonly connection: string;
  readonly client: ChosenClient;
  readonly level: Level;
  readonly folder: string;
  readonly databases: readonly PlannedComparison[];
}

export interface PlannedComparison {
  readonly source: string;
  readonly target: string;
  /** How the copy was restored, as that decides what must be equal. */
  readonly restored: {
    readonly owners: RestoreOptions['owners'];
    readonly privileges: RestoreOptions['privileges'];
    readonly sections: readonly RestoreSection[];
  };
  /** Reads the copy's definitions. */
  readonly command: Command;
  /** Run only when definitions differ: the same archive printed by the same server settles what has really changed. */
  readonly scratch: { readonly restore: Command; readonly dump: Command };
}

export interface PlannedSql {
  readonly kind: 'sql';
  readonly title: string;
  readonly connection: string;
  readonly database: string | undefined;
  readonly statements: SqlStep['statements'];
}

export interface PlannedPublish {
  readonly kind: 'publish';
  readonly title: string;
  readonly folder: string;
  readonly to:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'artifact'; readonly name: string };
  readonly retentionDays: number | undefined;
  readonly allowPublic: string | undefined;
}
