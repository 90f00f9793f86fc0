import type { Secret } from '../secret.ts';

/** The values of libpq's `sslmode`, weakest first. */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

export const targetSessionAttributes = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
] as const;
export type TargetSessionAttributes = (typeof targetSessionAttributes)[number];

/** One of the servers that libpq tries in order. A host that begins with `/` (or `@`) is a Unix socket folder. */
export interface Host {
  readonly host: string;
  /** Numeric address to connect to; `host` is then only checked against the certificate. */
  readonly address: string | undefined;
  readonly port: number;
}

export interface Tls {
  readonly mode: SslMode;
  /** File of root certificates, or `system` for the machine's own. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly keyPassword: Secret | undefined;
  readonly revocationList: string | undefined;
  readonly minimumVersion: string | undefined;
  readonly maximumVersion: string | undefined;
  readonly negotiation: 'postgres' | 'direct';
}

/**
 * Everything that says how to reach a server, as libpq means it, with service files and URLs already resolved.
 * Paths are absolute. The same value feeds the client tools and our own sessions.
 */
export interface ConnectionParameters {
  readonly hosts: readonly [Host, ...Host[]];
  readonly user: string;
  readonly password: Secret | undefined;
  /** Program and arguments that print the password, which is then asked for when it is needed. */
  readonly passwordCommand?: readonly string[] | undefined;
  /** The database named by the connection: what is dumped by default, and where the first session goes. */
  readonly database: string;
  readonly tls: Tls;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  readonly targetSessionAttributes: TargetSessionAttributes;
  /** Seconds, for each host. */
  readonly connectTimeout: number;
  /** Command line options for the server's session (`-c name=value`). */
  readonly options: string | undefined;
  /** libpq parameters that only the tools understand (keepalives, gssencmode …), by libpq's names. */
  readonly others: Readonly<Record<string, string>>;
}
