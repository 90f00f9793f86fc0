import type { Timeouts } from '../config/config.ts';
import type { KnownHashes } from '../dumpset/known-hashes.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { RunProcess } from '../postgres/process.ts';
import type { Session } from '../postgres/session.ts';
import type { Secret } from '../secret.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Profile } from './profile.ts';
import type { ToolThrottle } from './throttle-tools.ts';
import type { Undo } from './undo.ts';
import type { Life } from './watch.ts';

/** Every effect that a step can have. Steps read no configuration, inputs or environment. */
export interface Runtime extends Life {
  readonly platform: Platform;
  readonly runProcess: RunProcess;
  readonly openSession: OpenSession;
  readonly connections: Readonly<Record<string, ConnectionParameters>>;
  /** Gives the parameters with a password that holds now. */
  readonly withPassword: (parameters: ConnectionParameters) => Promise<ConnectionParameters>;
  /** Opens a declared storage. */
  readonly openStorage: (name: string) => Promise<ObjectStore>;
  /** Reads what an address leads to; throws PGR231 where there is nothing, PGR232 where it does not come whole. */
  readonly readUrl: (url: URL, signal: AbortSignal) => AsyncGenerator<Buffer>;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** What the run has hashed of files so far. */
  readonly known: KnownHashes;
  /** Told where the time goes. */
  readonly profile: Profile;
  /** Ends the step: cancelled by a person or CI, out of time, or stalled. Its reason is the error to report. */
  readonly signal: AbortSignal;
  /** A folder of mode 0700 for what nobody else may read; removed at the end. */
  readonly privateFolder: string;
  readonly undo: Undo;
  /** Undefined where the tools may take what they get. */
  readonly throttle: ToolThrottle | undefined;
  /** Where a role that was made for an untrusted copy does the work: who makes databases for it, and which role it is. */
  readonly confined?: { readonly outer: Runtime; readonly role: string } | undefined;
  /** Marks our sessions, and those of the tools, in pg_stat_activity. */
  readonly applicationName: string;
  /** Version of pg-roundtrip. */
  readonly version: string;
}

export type OpenSession = (
  connection: string,
  options?: {
    readonly database?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Instead of the connection's own user. */
    readonly as?: { readonly user: string; readonly password: Secret } | undefined;
  },
) => Promise<Session>;

export interface Clock {
  now(): Date;
  /** Seconds from some fixed moment, never going back. */
  seconds(): number;
}
