import type { Secret } from '../../secret.ts';

/** A connection as the user wrote it, with variables replaced and nothing resolved. */
export interface DeclaredConnection {
  /** A `postgresql://` address; it holds a password more often than not. */
  readonly url?: Secret;
  /** libpq's key/value form (`host=… dbname=…`). */
  readonly conninfo?: Secret;
  /** Name of a section in a service file. */
  readonly service?: string;
  /** The service file to use instead of the usual ones. */
  readonly serviceFile?: string;
  readonly password?: Secret;
  /** Program and arguments that print the password. */
  readonly passwordCommand?: readonly string[];
  /** Single parameters by libpq's keywords: host, hostaddr, port, user, dbname, sslmode, sslrootcert … */
  readonly parts: Readonly<Record<string, string>>;
  /** Allows an explicit `sslmode` weaker than `require` on a public address. */
  readonly allowInsecure: boolean;
}

/** What resolving may look at, given as data so that it stays a pure decision. */
export interface ConnectionSurroundings {
  /** The text of a file, or undefined if there is none that can be read. */
  readonly readFile: (path: string) => string | undefined;
  /** False for a file that others may read; where it is not given, every file is taken for private. */
  readonly isPrivate?: (path: string) => boolean;
  readonly homeDirectory: string;
  /** Only PGSERVICEFILE, PGSYSCONFDIR and PGPASSFILE are looked at; no other variable changes a declared connection. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The role that libpq takes when none is given: the name of the user who runs the process. */
  readonly userName: string;
  /** Where relative paths of certificates and service files start. */
  readonly workspace: string;
}
