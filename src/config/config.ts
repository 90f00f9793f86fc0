import type { DumpFormat } from '../dumpset/manifest.ts';
import type { DeclaredConnection } from '../postgres/connection/declared.ts';
import type { Flags } from '../postgres/options/flags.ts';
import type { Throttle } from '../postgres/throttle/throttle.ts';
import type { Selection } from '../selection/selection.ts';
import type { Tablespaces } from '../selection/tablespaces.ts';
import type { Sample } from '../verify/content/compare-sample.ts';
import type { Level } from '../verify/finding.ts';
import type { IgnoreRule } from '../verify/ignore.ts';
import type { UserCheck } from '../verify/user-checks/user-check.ts';
import type { FetchStep, PruneStep, PublishStep, Storage } from './storage-steps.ts';

/**
 * The declared file after parsing: every key known, every value of its type, every variable replaced, every reference
 * between steps checked. Nothing is resolved yet that depends on servers, clients or the machine.
 * Option names are Postgres' own, so they keep their dashes here as well.
 */
export interface Config {
  readonly version: 1;
  readonly connections: Readonly<Record<string, ConfiguredConnection>>;
  readonly storages: Readonly<Record<string, Storage>>;
  readonly client: ClientChoice;
  /** Whether later steps of the job find the client's programs on their PATH. */
  readonly addClientToPath: boolean;
  /** Addresses of package mirrors, tried first. */
  readonly mirrors: readonly string[];
  readonly timeouts: Timeouts;
  /** How often a step may begin anew whose connection was lost. */
  readonly retries: number;
  readonly steps: readonly Step[];
}

export interface ConfiguredConnection extends DeclaredConnection {
  /** Never a restore target, nor where an `sql` step runs. */
  readonly protected: boolean;
  /** A server that is started for this run; then nothing else says where it is. Undefined for one that is there already. */
  readonly throwaway: Throwaway | undefined;
}

export interface Throwaway {
  /** `auto`: the major of the server whose dump is restored into it. */
  readonly major: number | 'auto';
}

/** `auto`: the server's major where it is installed, else the nearest newer one. */
export type ClientChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'major'; readonly major: number }
  | { readonly kind: 'path'; readonly path: string };

/** Seconds. Every wait of a run is bounded by one of these. */
export interface Timeouts {
  readonly connect: number;
  readonly lock: number;
  /** How long a peer may show no sign of work. */
  readonly stall: number;
  /** For the whole run; undefined leaves it to the CI. */
  readonly total: number | undefined;
}

export type Step =
  | FetchStep
  | DumpStep
  | RestoreStep
  | VerifyStep
  | CompareStep
  | CloneStep
  | SqlStep
  | PublishStep
  | PruneStep;

export interface DumpStep {
  readonly kind: 'dump';
  readonly from: string;
  /** Names or patterns as psql's `\l` takes them; empty for the connection's own database. */
  readonly databases: readonly string[];
  /** Those of `databases` that are left out, as patterns. */
  readonly 'exclude-database': readonly string[];
  /** `only`: no database is dumped. */
  readonly globals: boolean | 'only';
  readonly 'role-passwords': boolean;
  /** `auto` is chosen by the sizes of tables. */
  readonly format: DumpFormat | 'auto';
  /** Whether every table's rows are hashed in the snapshot; `auto` where the archive's can't be compared themselves. */
  readonly 'content-hash': boolean | 'auto';
  /** Name of the one file that holds globals and all databases; undefined where each has its own. */
  readonly 'single-file': string | undefined;
  readonly jobs: number | 'auto';
  /** Name of the snapshot that other dumps have as well; undefined for one of its own. */
  readonly snapshot: string | undefined;
  readonly throttle: Throttle | undefined;
  /** As pg_dump's `--compress` takes it (`none`, `gzip:1`, `zstd:3`, `6`); `auto` is chosen for the client. */
  readonly compress: string;
  readonly include: { readonly schema: readonly string[]; readonly table: readonly string[] };
  readonly exclude: {
    readonly schema: readonly string[];
    readonly table: readonly string[];
    readonly 'table-data': readonly string[];
  };
  /** Keys that are options of pg_dump by the same name. */
  readonly options: Flags;
  readonly flags: Flags;
  /** Those of the pg_dumpall that makes the globals. */
  readonly 'globals-flags': Flags;
  /** Folder of the dump set. */
  readonly to: string;
}

export type Jobs = number | 'auto';

/** `true`: once; `stages`: with a target of 1, of 10 and the server's own; `vacuum`: together with VACUUM. */
export type Analyze = boolean | 'stages' | 'vacuum';

/** pg_restore's parts of an archive. */
export type RestoreSection = 'pre-data' | 'data' | 'post-data';

export interface RestoreStep {
  readonly kind: 'restore';
  /** Folder of a dump set; always resolved: the `to` of the nearest dump step before, when not given. */
  readonly from: string;
  readonly into: string;
  /** Databases of the dump set to restore; empty for all. */
  readonly databases: readonly string[];
  /** New names by old names. */
  readonly as: Readonly<Record<string, string>>;
  readonly rename: SchemaRenaming | undefined;
  /** What of the dump set is restored; the list of entries is still a path. */
  readonly selection: Omit<Selection, 'list'>;
  readonly 'use-list': string | undefined;
  /** By section only with separate phases. */
  readonly jobs: Jobs | { readonly [Section in RestoreSection]?: Jobs | undefined };
  /** pg_restore's sections; all three unless chosen. */
  readonly section: readonly RestoreSection[];
  /** `together`: one pg_restore does all; `separate`: one after another, each timed. */
  readonly phases: 'together' | 'separate';
  /** `keep`, or the role that is to own everything. Undefined: keep, if all roles exist or come with the globals. */
  readonly owners: { readonly kind: 'keep' } | { readonly kind: 'role'; readonly role: string } | undefined;
  readonly privileges: 'keep' | 'skip';
  /** Of pg_restore, or of psql where the dump is plain. */
  readonly flags: Flags;
  readonly tablespaces: Tablespaces;
  /** Whether each database gets the settings, connection limit, owner, comment and grants of its source. */
  readonly settings: 'keep' | 'skip';
  /** Of the C library, for databases that are made; undefined for that of the source. */
  readonly locale: string | undefined;
  /** Whether materialized views that are left empty are filled. */
  readonly refresh: boolean;
  readonly analyze: Analyze;
  /** Databases that may be dropped and made anew, by exact name. */
  readonly overwrite: readonly string[];
  /** Databases in which what the dump holds is dropped and made anew, by exact name. */
  readonly clean: readonly string[];
  /** Databases that may hold something, and to which the dump is added, by exact name. */
  readonly 'into-existing': readonly string[];
  /** Databases that say of themselves that they are production and may be changed all the same, by exact name. */
  readonly production: readonly string[];
  /** Why a dump from elsewhere may run as the role of the connection; undefined where it may not. */
  readonly trust: string | undefined;
  /** Undefined: where it keeps an existing database from being half restored, and is possible. */
  readonly 'single-transaction': boolean | undefined;
  readonly 'disable-triggers': boolean;
  readonly throttle: Throttle | undefined;
  /** The databases that this step makes are dropped at the end of the job. */
  readonly temporary: boolean;
}

/** Other names of schemas within the copies. */
export interface SchemaRenaming {
  /** New names by old names. */
  readonly schema: Readonly<Record<string, string>>;
  /** Why text that may still mean a schema by its old name may stay; undefined where it leaves the copy unproven. */
  readonly allowOldNames: string | undefined;
}

export interface VerifyStep {
  readonly kind: 'verify';
  readonly level: Level;
  /** Undefined where every row is compared. */
  readonly sample: Sample | undefined;
  /** Whether the keys of differing rows are shown as they are. */
  readonly 'show-keys': boolean;
  /** Dump set, connection and names; always resolved: those of the nearest restore step before, when not given. */
  readonly from: string;
  readonly into: string;
  readonly databases: readonly string[];
  readonly as: Readonly<Record<string, string>>;
  readonly rename: SchemaRenaming | undefined;
  readonly checks: readonly UserCheck[];
  /** Connection of the live source; always there when a check asks it. */
  readonly source: string | undefined;
  /** Paths of files. */
  readonly pgtap: readonly string[];
  /** Undefined: where the restore disabled triggers. */
  readonly 'foreign-keys': boolean | undefined;
  /** Whether it fails where something of the source is left out. */
  readonly complete: boolean;
  /** Differences that are passed over. */
  readonly ignore: readonly IgnoreRule[];
}

export interface CompareStep {
  readonly kind: 'compare';
  readonly source: string;
  readonly target: string;
  /** Undefined for the connections' own. */
  readonly database: string | undefined;
  readonly as: string | undefined;
  readonly level: Level;
  readonly 'show-keys': boolean;
}

export interface CloneStep {
  readonly kind: 'clone';
  readonly on: string;
  readonly database: string;
  /** Names of the copies. */
  readonly copies: readonly string[];
  /** They are dropped at the end of the job. */
  readonly temporary: boolean;
  readonly strategy: 'auto' | 'wal_log' | 'file_copy';
  readonly jobs: number | 'auto';
}

export interface SqlStep {
  readonly kind: 'sql';
  readonly on: string;
  /** Undefined for the connection's own database. */
  readonly database: string | undefined;
  readonly statements:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'file'; readonly path: string };
}
