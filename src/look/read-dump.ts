import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOnDisk } from '../dumpset/finish.ts';
import type { CountedTable, DumpedDatabase, DumpedSequence, DumpFormat, Manifest } from '../dumpset/manifest.ts';
import { checkManifest } from '../dumpset/read.ts';
import { fault, RoundtripError } from '../errors.ts';
import { declaredEncoding } from '../postgres/archive/encoding.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { Archive, Compression, TocEntry } from '../postgres/archive/model.ts';
import { readArchive } from '../postgres/archive/read.ts';
import { rolesNeeded } from '../postgres/archive/roles.ts';
import { sequencePositions } from '../postgres/archive/sequences.ts';
import { tableDataEntries } from '../postgres/archive/table-data.ts';
import { readDumpedArchive } from '../steps/dumped-archive.ts';
import { type Reading, reasonOf } from '../verify/reading.ts';

/** A dump set, or an archive of pg_dump without one, as far as it tells of itself. Rows are not read. */
export interface Dump {
  readonly path: string;
  /** Undefined for a bare archive. */
  readonly manifest: Manifest | undefined;
  /** As it names itself, e.g. `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly server: string;
  readonly client: string;
  /** ISO 8601; without a zone where it is a bare archive's. */
  readonly dumpedAt: string;
  readonly databases: readonly DumpContents[];
}

/** One database of it. What a bare archive does not tell is undefined. */
export interface DumpContents {
  readonly name: string;
  readonly format: DumpFormat;
  /** `none`, `gzip:1`, `zstd` … */
  readonly compression: string;
  readonly bytes: number;
  /** The table of contents; in a dump set it is read only where it is the one that the manifest describes. */
  readonly entries: Reading<readonly TocEntry[]>;
  readonly tables: readonly HeldTable[];
  readonly sequences: readonly DumpedSequence[];
  /** How many; undefined where they were left out. */
  readonly largeObjects: number | undefined;
  readonly extensions: readonly HeldExtension[];
  /** Every role that is named as owner or in a grant. */
  readonly roles: readonly string[];
  readonly encoding: string | undefined;
  readonly dumped: DumpedDatabase | undefined;
}

/** Rows with their hash and the bytes in the source are known of a dump set alone. */
export interface HeldTable extends Pick<CountedTable, 'schema' | 'name'> {
  readonly rows?: number | undefined;
  readonly bytes?: number | undefined;
  readonly hash?: string | undefined;
}

export interface HeldExtension {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schema?: string | undefined;
}

/**
 * Reads manifest and tables of contents of a dump set whose manifest is sound, or the table of contents of an archive.
 *
 * @throws PGR171 where it is neither, PGR172 for a damaged manifest, PGR302 for a damaged archive.
 */
export async function readDump(path: string): Promise<Dump> {
  return (await isDumpSet(path)) ? readSet(path) : readBare(path);
}

/** Whether a folder says that it is a dump set, sound or not. */
export async function isDumpSet(path: string): Promise<boolean> {
  const names = ['manifest.json', 'SHA256SUMS', 'toc.dat'];
  const [manifest, sums, toc] = await Promise.all(names.map(name => there(join(path, name))));
  if (manifest || sums) return true;
  const isFolder = (await lstat(path).catch(() => undefined))?.isDirectory() === true;
  if (isFolder && !toc)
    throw fault(
      'PGR171',
      `${path} is neither a dump set, as it has no manifest.json, nor an archive of pg_dump, as it has no toc.dat`,
      'name the folder that a dump step has made, or what pg_dump has written',
    );
  return false;
}

async function there(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function readSet(path: string): Promise<Dump> {
  const manifest = await checkManifest(path);
  const databases: DumpContents[] = [];
  for (const database of manifest.databases) databases.push(await readDatabase(path, database));
  const { server, client, finishedAt } = manifest;
  return { path, manifest, server: server.text, client: client.text, dumpedAt: finishedAt, databases };
}

async function readDatabase(folder: string, dumped: DumpedDatabase): Promise<DumpContents> {
  const archive = await readContents(folder, dumped);
  const { name, format, bytes, tables, sequences, largeObjects, extensions, roles, encoding } = dumped;
  return {
    name,
    format,
    compression: chosenCompression(dumped, archive),
    bytes,
    entries: archive.kind === 'read' ? { kind: 'read', value: archive.value.entries } : archive,
    tables,
    sequences,
    largeObjects,
    extensions,
    roles,
    encoding,
    dumped,
  };
}

async function readContents(folder: string, dumped: DumpedDatabase): Promise<Reading<Archive>> {
  try {
    const value = await readDumpedArchive(folder, dumped);
    if (value.tocSha256 === dumped.tocSha256) return { kind: 'read', value };
    return { kind: 'unreadable', reason: `the archive ${dumped.path} is not the one that the manifest describes` };
  } catch (error) {
    if (!(error instanceof RoundtripError)) throw error;
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

/** As the dump asked for it: a text has no header, and newer archives no level. */
function chosenCompression({ options, format }: DumpedDatabase, archive: Reading<Archive>): string {
  const asked = options.findLast(option => option.startsWith('--compress='))?.slice('--compress='.length);
  if (format === 'tar' || asked === '0') return 'none';
  if (asked !== undefined) return /^\d+$/.test(asked) ? `gzip:${asked}` : asked;
  if (format === 'plain') return 'none';
  return archive.kind === 'read' ? compressionText(archive.value.header.compression) : 'unknown';
}

function compressionText({ kind, level }: Compression): string {
  return level === undefined ? kind : `${kind}:${level}`;
}

async function readBare(path: string): Promise<Dump> {
  const { header, entries } = await readArchive(path);
  const { serverVersion, dumpVersion, createdAt, database } = header;
  const leftOut = !entries.some(({ section }) => section === 'data');
  const contents: DumpContents = {
    name: database,
    format: header.format,
    compression: compressionText(header.compression),
    bytes: await sizeOnDisk(path),
    entries: { kind: 'read', value: entries },
    tables: tableDataEntries(entries),
    sequences: sequencePositions(entries),
    largeObjects: leftOut ? undefined : largeObjectIds(entries).length,
    extensions: entries.filter(({ description }) => description === 'EXTENSION').map(({ tag }) => ({ name: tag })),
    roles: rolesNeeded(entries),
    encoding: declaredEncoding(entries),
    dumped: undefined,
  };
  return {
    path,
    manifest: undefined,
    server: serverVersion,
    client: dumpVersion,
    dumpedAt: createdAt,
    databases: [contents],
  };
}
