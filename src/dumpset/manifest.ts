import type { PostgresVersion } from '../postgres/version.ts';
import type { CollationVersion } from '../verify/collations.ts';

/** Raised whenever a reader of the old form would misunderstand the new one. */
export const manifestSchema = 1;

/** `manifest.json` of a dump set: what was dumped, from where, when, and what the copy must hold to equal it. */
export interface Manifest {
  /** Only of an archive that was not made here: nothing is known of it but what it says itself. Never in a file. */
  readonly elsewhere?: {
    /** Rows that are INSERT statements can be restored, and not counted. */
    readonly insertsRows: boolean;
  };
  readonly schema: typeof manifestSchema;
  readonly tool: { readonly name: 'pg-roundtrip'; readonly version: string };
  readonly client: PostgresVersion;
  readonly server: PostgresVersion & { readonly systemIdentifier: string; readonly standby: boolean };
  /** The server's own clock, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What pg_dump's text depends on and we pinned. */
  readonly session: { readonly timeZone: 'UTC'; readonly byteaOutput: 'hex'; readonly lcMonetary?: 'C' };
  /** Path of globals.sql, and the roles of the cluster, when globals were asked for. */
  readonly globals: Globals | undefined;
  readonly databases: readonly DumpedDatabase[];
}

export interface Globals {
  readonly path: string;
  readonly roles: readonly Role[];
  /** Whether the file has the passwords of roles. Absent where it was never asked for. */
  readonly rolePasswords?: boolean;
  readonly tablespaces?: readonly Tablespace[];
}

export interface Tablespace {
  readonly name: string;
  readonly owner: string;
  /** A folder of the server. */
  readonly location: string;
}

export interface DumpedDatabase {
  readonly name: string;
  /** The archive or text, relative to the dump set: a file or, in the directory format, a folder. */
  readonly path: string;
  readonly format: DumpFormat;
  /** Only of the plain format. */
  readonly plain?: PlainDump | undefined;
  /** Arguments of pg_dump without connection, path and snapshot: what decides the archive's content. */
  readonly options: readonly string[];
  readonly snapshot: { readonly id: string; readonly walPosition: string; readonly takenAt: string };
  readonly encoding: string;
  readonly collate: string;
  readonly characterType: string;
  readonly localeProvider: 'libc' | 'icu' | 'builtin';
  readonly locale: string | undefined;
  /** SHA-256 of the archive's table of contents, bytes as pg_dump wrote them. */
  readonly tocSha256: string;
  readonly tables: readonly CountedTable[];
  readonly sequences: readonly DumpedSequence[];
  /** Number of large objects in the snapshot; undefined where the dump leaves them out. */
  readonly largeObjects: number | undefined;
  /** Hashes of large objects in the same snapshot, by OID; only where the dump was to take them. */
  readonly largeObjectHashes?:
    | { readonly method: string; readonly hashes: Readonly<Record<string, string>> }
    | undefined;
  readonly extensions: readonly { readonly name: string; readonly version: string; readonly schema: string }[];
  /** Collations that it sorts by, with the versions of their libraries. Absent where it was never asked for. */
  readonly collations?: readonly CollationVersion[];
  /** Every role that the archive names as owner or in a grant. */
  readonly roles: readonly string[];
  /** What the database held and the dump leaves out. Absent where it was never asked for. */
  readonly notCovered?: NotCovered | undefined;
  readonly bytes: number;
  readonly seconds: number;
}

/** Entries of a table of contents that a dump has not. */
export interface NotCovered {
  readonly count: number;
  /** How many of each kind, by pg_dump's words. */
  readonly kinds: Readonly<Record<string, number>>;
  /** The first of them, by name. */
  readonly objects: readonly string[];
  /** Why it is not known. */
  readonly unknown?: string | undefined;
}

/** pg_dump's own names of its formats. */
export type DumpFormat = 'directory' | 'custom' | 'tar' | 'plain';

/** What a text that psql executes does not say of itself. */
export interface PlainDump {
  /** A custom archive that ends with its table of contents, made in the same snapshot with the same filters. */
  readonly contents: string;
  /** The part of the file that is this database's: several may share one. */
  readonly start: number;
  readonly bytes: number;
}

/** Rows of one table, counted in the dump's own snapshot with the same filter as the dump. */
export interface CountedTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  /** Hash of all rows in the same snapshot, `METHOD:SUM`; only where the dump was to take it. */
  readonly hash?: string | undefined;
  /** Bytes of the table in the source, with its TOAST table. */
  readonly bytes: number;
}

/** Position of a sequence as the archive sets it. Sequences are not transactional, so the archive is the truth. */
export interface DumpedSequence {
  readonly schema: string;
  readonly name: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** What a role may do with one that it is a member of. */
export interface Membership {
  readonly role: string;
  readonly admin: boolean;
  /** Options of a membership from 16 on; before, the role itself says whether it inherits, and every member may SET ROLE. */
  readonly inherit?: boolean;
  readonly set?: boolean;
}

/** A role as it can be made again: without password. */
export interface Role {
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypassRowSecurity: boolean;
  readonly connectionLimit: number;
  readonly memberOf: readonly string[];
  /** The same with what each gives. Absent where it was never asked for. */
  readonly memberships?: readonly Membership[];
  /** Its settings in all databases, as `ALTER ROLE … SET` statements. */
  readonly settings?: readonly string[];
  /** The same as `name=value`. */
  readonly configuration?: readonly string[];
}
