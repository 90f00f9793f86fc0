import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import type { StoredProof } from '../storage/proof.ts';
import { objectsIn } from '../verify/inventory.ts';
import type { Dump, DumpContents, HeldTable } from './read-dump.ts';

/** What is known of the bytes of a dump. */
export type Soundness =
  | { readonly kind: 'hashes hold'; readonly files: number }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'not checked' }
  /** A bare archive. */
  | { readonly kind: 'no hashes' };

/** Everything that `inspect` tells of a dump set or an archive; `--json` prints it as it is. Undefined is not known. */
export interface DumpDescription {
  readonly kind: 'dump set' | 'archive';
  readonly path: string;
  /** When the dump was finished; without a zone where a bare archive says it. */
  readonly dumpedAt: string;
  readonly startedAt: string | undefined;
  readonly madeBy: string;
  readonly server: {
    readonly version: string;
    readonly systemIdentifier: string | undefined;
    readonly standby: boolean | undefined;
  };
  readonly client: string;
  readonly bytes: number;
  readonly encrypted: boolean;
  readonly proof: StoredProof | undefined;
  readonly soundness: Soundness;
  readonly globals: HeldGlobals | undefined;
  readonly databases: readonly DatabaseDescription[];
}

interface HeldGlobals {
  readonly roles: readonly string[];
  readonly tablespaces: readonly string[];
  readonly rolePasswords: boolean;
}

export interface DatabaseDescription extends Omit<DumpContents, 'entries' | 'dumped'> {
  /** In the dump set. */
  readonly path: string | undefined;
  /** What of pg_dump's arguments decides what is dumped. */
  readonly options: readonly string[] | undefined;
  readonly snapshot: DumpedDatabase['snapshot'] | undefined;
  readonly locale: Pick<DumpedDatabase, 'collate' | 'characterType' | 'localeProvider' | 'locale'> | undefined;
  /** How many of each kind each schema has; undefined where `unread` says why. */
  readonly objects: ReturnType<typeof objectsIn> | undefined;
  readonly unread: string | undefined;
  /** Tables with a hash of their rows. */
  readonly hashed: number;
  readonly notCovered: DumpedDatabase['notCovered'];
}

export interface Looked {
  readonly bytes: number;
  readonly soundness: Soundness;
  readonly proof: StoredProof | undefined;
}

export function describeDump(dump: Dump, { bytes, soundness, proof }: Looked): DumpDescription {
  const { path, manifest, dumpedAt, server, client, databases } = dump;
  return {
    kind: manifest === undefined ? 'archive' : 'dump set',
    path,
    dumpedAt,
    startedAt: manifest?.startedAt,
    madeBy: manifest === undefined ? `pg_dump ${client}` : `${manifest.tool.name} ${manifest.tool.version}`,
    server: {
      version: server,
      systemIdentifier: manifest?.server.systemIdentifier,
      standby: manifest?.server.standby,
    },
    client,
    bytes,
    encrypted: false,
    proof,
    soundness,
    globals: manifest?.globals && globalsOf(manifest.globals),
    databases: databases.map(describeDatabase),
  };
}

function globalsOf({ roles, tablespaces, rolePasswords }: NonNullable<Manifest['globals']>): HeldGlobals {
  const names = (named: readonly { readonly name: string }[] | undefined) => (named ?? []).map(({ name }) => name);
  return { roles: names(roles), tablespaces: names(tablespaces), rolePasswords: rolePasswords === true };
}

function describeDatabase({ entries, dumped, ...held }: DumpContents): DatabaseDescription {
  return {
    ...held,
    path: dumped?.path,
    options: dumped?.options.filter(option => !/^--(?:format|compress)=/.test(option)),
    snapshot: dumped?.snapshot,
    locale: dumped && localeIn(dumped),
    objects: entries.kind === 'read' ? objectsIn(entries.value) : undefined,
    unread: entries.kind === 'read' ? undefined : entries.reason,
    tables: held.tables.toSorted(bySize),
    hashed: held.tables.filter(({ hash }) => hash !== undefined).length,
    notCovered: dumped?.notCovered,
  };
}

function localeIn({ collate, characterType, localeProvider, locale }: DumpedDatabase) {
  return { collate, characterType, localeProvider, locale };
}

function bySize(one: HeldTable, other: HeldTable): number {
  return (other.bytes ?? 0) - (one.bytes ?? 0) || (other.rows ?? 0) - (one.rows ?? 0);
}
