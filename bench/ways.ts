import type { Installation } from '../src/client/installation.ts';
import type { Secret } from '../src/secret.ts';

/** The server, the tools and the program to measure. */
export interface Surroundings {
  /** Without the password, which is in `password` and nowhere on a command line. */
  readonly url: (database: string) => string;
  readonly password: Secret;
  readonly client: Installation;
  readonly cores: number;
  /** Our command line's script. */
  readonly script: string;
}

/** One run of one way. Seconds by the clock. */
export interface Timing {
  readonly total: number;
  /** Parts of it, by name. */
  readonly parts: Readonly<Record<string, number>>;
  /** CPU seconds of everything, the server included; unknown outside Linux. */
  readonly work?: number | undefined;
  /** What the way leaves on the disk beside the copy. */
  readonly written?: number | undefined;
  readonly own?: OwnUse;
}

/** What only our own process can say of itself; the tools that it starts are not in it. */
export interface OwnUse {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** A way to take `source` somewhere, with files in `folder`. What it leaves is removed by others. */
export interface Way {
  readonly name: WayName;
  /** Not measured: what has to be there before. */
  readonly prepare?: (place: Place) => Promise<void>;
  readonly perform: (place: Place) => Promise<Timing>;
}

/** Names of the databases, and where files may lie. */
export interface Place {
  readonly source: string;
  readonly copy: string;
  readonly folder: string;
}

export const wayNames = [
  'naive',
  'tuned',
  'pgcopydb',
  'floor out',
  'floor in',
  'dump',
  'dump with hashes',
  'restore',
  'counts',
  'content',
  'defaults',
] as const;
export type WayName = (typeof wayNames)[number];
