import type { PostgresVersion } from '../postgres/version.ts';

/** Raised whenever a reader of the old form would misunderstand the new one. */
export const manifestSchema = 1;

/** `manifest.json` of a dump set: what was dumped, from where, when, and what the copy must hold to equal it. */
export interface Manifest {
  readonly schema: typeof manifestSchema;
  readonly tool: { readonly name: 'pg-roundtrip'; readonly version: string };
  readonly client: PostgresVersion;
  readonly server: PostgresVersion & { readonly systemIdentifier: string; readonly standby: boolean };
  /** The server's own clock, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What pg_dump's text depends on and we pinned. */
  readonly session: { readonly timeZone: 'UTC'; readonly byteaOutput: 'hex' };
  /** Path of globals.sql, and the roles of the cluster, when globals were asked for. */
  readonly globals: { readonly path: string; readonly roles: readonly Role[] } | undefined;
  readonly databases: readonly DumpedDatabase[];
}

export interface DumpedDatabase {
  readonly name: string;
  /** The archive, relative to the dump set: a file (custom) or a folder (directory). */
  readonly path: string;
  readonly format: 'custom' | 'directory';
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
  readonly extensions: readonly { readonly name: string; readonly version: string; readonly schema: string }[];
  /** Every role that the archive names as owner or in a grant. */
  readonly roles: readonly string[];
  readonly bytes: number;
  readonly seconds: number;
}

/** Rows of one table, counted in the dump's own snapshot with the same filter as the dump. */
export interface CountedTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
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
}
