import type { Client } from '../client/client.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import type { TableSizes } from '../postgres/table-sizes.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import type { UseList } from '../selection/selection.ts';

/** What a plan depends on beside the declared file. Gathering it changes nothing anywhere. */
export interface Survey {
  /** Processors that this process may use. */
  readonly cores: number;
  /** Those on the machine, and those that can be fetched. */
  readonly clients: readonly Client[];
  readonly servers: Readonly<Record<string, ServerFacts>>;
  /** Dump sets that steps read and that exist before the run, by absolute path. */
  readonly dumpSets: Readonly<Record<string, Manifest>>;
  /** Lists of entries that are to be restored, by absolute path. */
  readonly useLists: Readonly<Record<string, UseList>>;
}

export interface ServerFacts {
  readonly version: PostgresVersion;
  /** Connections that our role may still open; undefined of a server that is not there yet, and of a pooler, which does not tell. */
  readonly freeConnections?: number | undefined;
  /** Those of the connection's own database, where a step dumps from it; undefined as well where they cannot be told. */
  readonly sizes?: TableSizes | undefined;
  /** Names of the databases that each pattern of the file matches, by pattern. */
  readonly matches: Readonly<Record<string, readonly string[]>>;
  /** Databases that a pattern matches as well, but that cannot be dumped, and why not. */
  readonly leftOut: Readonly<Record<string, readonly { readonly name: string; readonly why: string }[]>>;
}
