import type { ChosenClient } from '../client/choose.ts';
import type { DumpOptions } from '../postgres/arguments.ts';
import type { Command } from '../postgres/process.ts';
import type { Throttle } from '../postgres/throttle/throttle.ts';
import type { Selection } from '../selection/selection.ts';
import type { TakenEntries } from '../selection/taken-entries.ts';

export interface PlannedDump {
  readonly kind: 'dump';
  readonly title: string;
  readonly connection: string;
  readonly client: ChosenClient;
  readonly options: DumpOptions;
  /** Whether the rows are hashed in the dump's snapshot. */
  readonly contentHash: boolean;
  /** Why the chosen defaults are what they are. */
  readonly notes: readonly string[];
  /** The dump set's folder, absolute, and the folder where it is built. */
  readonly folder: string;
  readonly partial: string;
  readonly databases: readonly PlannedDumpDatabase[];
  /** Name of the file that the texts of all databases are put into. */
  readonly singleFile: string | undefined;
  readonly globals: { readonly path: string; readonly command: Command; readonly rolePasswords: boolean } | undefined;
  /** Undefined where every database has a snapshot of this dump alone. */
  readonly snapshot: SharedSnapshot | undefined;
  readonly throttle: Throttle | undefined;
  /** Undefined where no later step restores the dump. */
  readonly foresight: Foresight | undefined;
}

/** One snapshot of each database, held from the first of several dumps to the last. */
export interface SharedSnapshot {
  readonly name: string;
  /** What all of these dumps take, by database: that is locked from the start. */
  readonly databases: readonly { readonly name: string; readonly dumps: readonly DumpOptions[] }[];
  /** True for the dump after which it is released. */
  readonly last: boolean;
}

/** What is looked at before a dump is made: whether the servers can take what later steps restore there. */
export interface Foresight {
  /** Reads the definitions that the dump will hold, where a server of another major is to take them. */
  readonly definitions: readonly { readonly database: string; readonly command: Command }[];
  readonly restores: readonly ForeseenRestore[];
}

export interface ForeseenRestore {
  readonly connection: string;
  readonly databases: readonly { readonly source: string; readonly target: string; readonly overwrite: boolean }[];
  readonly locale: string | undefined;
  /** Undefined where the server is of the same major, or a list of entries will choose. */
  readonly taken: (TakenEntries & { readonly selection: Selection }) | undefined;
}

export interface PlannedDumpDatabase {
  readonly name: string;
  readonly path: string;
  readonly options: DumpOptions;
  readonly command: Command;
  /** Of a plain dump: writes an archive to standard output, of which only the table of contents is taken. */
  readonly contents: { readonly path: string; readonly command: Command } | undefined;
  /** Begins a dump of all of it, where this one leaves something out: its table of contents tells what. */
  readonly whole: Command | undefined;
}
