import type { ChosenClient } from '../client/choose.ts';
import type { Analyze, RestoreSection, RestoreStep, SchemaRenaming, SqlStep } from '../config/config.ts';
import type { Encryption, FetchStep, PruneStep, PublishStep } from '../config/storage-steps.ts';
import type { RestoreOptions } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import type { Throttle } from '../postgres/throttle/throttle.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import type { Selection } from '../selection/selection.ts';
import type { Tablespaces } from '../selection/tablespaces.ts';
import type { DecryptChoice } from '../storage/age/keys.ts';
import type { Sample } from '../verify/content/compare-sample.ts';
import type { Level } from '../verify/finding.ts';
import type { IgnoreRule } from '../verify/ignore.ts';
import type { UserCheck } from '../verify/user-checks/user-check.ts';
import type { AskedCloneStrategy } from './clone-strategy.ts';
import type { PlannedDump } from './planned-dump.ts';

/** What a run will do, in order, with every default resolved and every command built. Plain data, without secrets. */
export interface Plan {
  /** Servers that are started before the first step. */
  readonly servers: readonly PlannedServer[];
  readonly steps: readonly PlannedStep[];
  /** How often a step may begin anew whose connection was lost; see `connectionsToBeginAnew`. */
  readonly retries: number;
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

export type PlannedStep =
  | PlannedFetch
  | PlannedPrune
  | PlannedDump
  | PlannedRestore
  | PlannedVerify
  | PlannedCompare
  | PlannedClone
  | PlannedSql
  | PlannedPublish;

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
  /** Whether these are all that the dump set holds. */
  readonly complete: boolean;
  readonly selection: Selection;
  readonly tablespaces: Tablespaces;
  /** Triggers and foreign keys are off meanwhile. */
  readonly triggersOff: boolean;
  readonly databases: readonly PlannedRestoreDatabase[];
  readonly settings: RestoreStep['settings'];
  readonly locale: string | undefined;
  readonly refresh: boolean;
  readonly throttle: Throttle | undefined;
  readonly analyze: Analyze;
  /** Tables that are analyzed at once. Small ones too: what makes them dear to jobs of pg_restore is not done here. */
  readonly analyzeJobs: number;
  readonly temporary: boolean;
  /** Databases that may be changed although they say that they are production. */
  readonly production: readonly string[];
  /** Whether it is an archive that was not made here. */
  readonly elsewhere: boolean;
  /** Whether all is done as a role that is made for it, and is no superuser. */
  readonly confined: boolean;
}

export interface PlannedRestoreDatabase {
  readonly source: string;
  readonly target: string;
  /** `new`: it is made, or is there and empty. Else what may become of what is there. */
  readonly mode: 'new' | 'overwrite' | 'clean' | 'into-existing';
  readonly phases: readonly PlannedPhase[];
  /** Undefined where all names stay. */
  readonly rename: PlannedRename | undefined;
}

/** Other names of schemas, given when everything is restored. */
export interface PlannedRename {
  /** New names by old names; those that the database does not have are for another one. */
  readonly schemas: SchemaRenaming['schema'];
  /** Reads the copy's definitions afterwards, to name what may still mean an old name. */
  readonly definitions: Command;
  /** Only into a database that is to be kept: then the phases fill a scratch database. */
  readonly carry: PlannedCarry | undefined;
}

/** Takes what was renamed from the scratch database into the target. */
export interface PlannedCarry {
  readonly dump: Command;
  readonly restore: Command;
}

/** One run of pg_restore, or of psql. */
export interface PlannedPhase {
  readonly name: string;
  readonly sections: readonly RestoreSection[];
  /** What is made last, and nothing else. */
  readonly deferred: boolean;
  /** Where entries are chosen, it reads a list of them that is made while it is performed. */
  readonly command: Command;
  /** Only of psql: what it is given to read. */
  readonly text?: PlannedText | undefined;
}

/** The text of a plain dump, as psql is to get it. */
export interface PlannedText {
  /** Whether the end of a transaction follows. */
  readonly transaction: boolean;
  /** The server does not know a setting that the text begins with. */
  readonly withoutTransactionTimeout: boolean;
}

export interface PlannedVerify {
  readonly kind: 'verify';
  readonly title: string;
  readonly connection: string;
  readonly client: ChosenClient;
  readonly level: Level;
  /** That count and hash rows at once. */
  readonly sessions: number;
  /** Undefined where every row is compared. */
  readonly sample: Sample | undefined;
  readonly showKeys: boolean;
  /** False where the connection is protected: then no scratch database is made beside the copy either. */
  readonly mayMakeScratch: boolean;
  readonly checks: readonly UserCheck[];
  /** Connection of the live source; undefined where no check asks it. */
  readonly source: string | undefined;
  /** Absolute paths of files with tests. */
  readonly pgtap: readonly string[];
  /** Whether foreign keys are checked again; undefined where it depends on the restore. */
  readonly foreignKeys: boolean | undefined;
  /** Whether it fails where something of the source is left out. */
  readonly complete: boolean;
  readonly ignore: readonly IgnoreRule[];
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
    readonly accessMethods: 'keep' | 'reset';
    readonly sections: readonly RestoreSection[];
    readonly selection: Selection;
    readonly tablespaces: Tablespaces;
    readonly mode: PlannedRestoreDatabase['mode'];
    /** The server has not looked at foreign keys while rows were restored. */
    readonly triggersOff: boolean;
    readonly settings: RestoreStep['settings'];
    readonly locale: string | undefined;
    /** Materialized views were filled, also those that the archive leaves empty. */
    readonly refresh: boolean;
  };
  /** Other names of schemas within the copy. */
  readonly rename: SchemaRenaming | undefined;
  /** Reads the copy's definitions. */
  readonly command: Command;
  /** Run only when definitions differ: the same archive printed by the same server settles what has really changed. */
  readonly scratch: { readonly restore: Command; readonly dump: Command };
}

export interface PlannedCompare {
  readonly kind: 'compare';
  readonly title: string;
  /** Where the copy is. */
  readonly connection: string;
  readonly sourceConnection: string;
  readonly client: ChosenClient;
  readonly level: Level;
  readonly showKeys: boolean;
  /** False where the connection is protected: then no scratch database is made beside the copy either. */
  readonly mayMakeScratch: boolean;
  readonly source: string;
  readonly target: string;
  /** Read the definitions of the original, of the copy. */
  readonly commands: { readonly source: Command; readonly target: Command };
  /** Run only when definitions differ: the original's, printed by the copy's server. */
  readonly scratch: { readonly restore: Command; readonly dump: Command };
}

export interface PlannedClone {
  readonly kind: 'clone';
  readonly title: string;
  readonly connection: string;
  readonly database: string;
  readonly copies: readonly string[];
  readonly temporary: boolean;
  /** `auto` where it takes the size to decide; undefined for a server that takes none. */
  readonly strategy: AskedCloneStrategy | undefined;
  /** Copies that are made at once. */
  readonly jobs: number;
  readonly notes: readonly string[];
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
  /** A folder has its absolute path. */
  readonly to: PublishStep['to'];
  readonly partBytes: number;
  /** Undefined where it is published as it is. Secrets in it print as `***`. */
  readonly encryption: Encryption | undefined;
  readonly allowPublic: string | undefined;
}

export interface PlannedFetch {
  readonly kind: 'fetch';
  readonly title: string;
  readonly source: FetchStep['source'];
  readonly decryption: DecryptChoice | undefined;
  /** Whether the CI's cache keeps it for later runs. */
  readonly cache: boolean;
  /** The dump set's folder, absolute. */
  readonly folder: string;
  readonly maximumBytes: number;
  readonly allowForeign: string | undefined;
}

export interface PlannedPrune {
  readonly kind: 'prune';
  readonly title: string;
  readonly in: PruneStep['in'];
  readonly policy: PruneStep['policy'];
  readonly dryRun: boolean;
}
