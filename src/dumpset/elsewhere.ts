import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.ts';
import { copyRows } from '../postgres/archive/data/copy-rows.ts';
import { openArchiveData } from '../postgres/archive/data/members.ts';
import { declaredEncoding } from '../postgres/archive/encoding.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { Archive, ArchiveHeader, TocEntry } from '../postgres/archive/model.ts';
import { readArchive } from '../postgres/archive/read.ts';
import { rolesNeeded } from '../postgres/archive/roles.ts';
import { sequencePositions } from '../postgres/archive/sequences.ts';
import { relationOf } from '../postgres/archive/table-data.ts';
import type { DatabaseLocale } from '../postgres/database-locale.ts';
import type { PostgresVersion } from '../postgres/version.ts';
import { listFiles, type Reading } from './checksums.ts';
import { sizeOnDisk } from './finish.ts';
import { type CountedTable, type DumpedDatabase, type Manifest, manifestSchema } from './manifest.ts';
import { checkDumpSet, checkManifest } from './read.ts';

/**
 * What a path leads to, dump set or bare archive, as far as is known without reading rows: those of an archive count as none.
 *
 * @throws PGR171 where it is neither, PGR172 for a damaged manifest, PGR302 for a damaged archive.
 */
export async function readOrigin(path: string): Promise<Manifest> {
  return (await isElsewhere(path)) ? manifestOf(path, await readArchive(path)) : checkManifest(path);
}

/**
 * Proves that every byte can be used before any of them is: by the hashes of a dump set, or, where there are none, by
 * decoding the whole archive. Throws as `readOrigin`, and PGR172 naming each file of a dump set that differs.
 */
export async function checkOrigin(path: string, reading: Reading = {}): Promise<Manifest> {
  if (!(await isElsewhere(path))) return checkDumpSet(path, reading);
  const archive = await readArchive(path);
  return manifestOf(path, archive, await countRows(path, archive, reading));
}

/** An archive of pg_dump that is no dump set: where the least of a dump set is left, its hashes are to hold. */
async function isElsewhere(path: string): Promise<boolean> {
  const at = async (name: string) => (await lstat(join(path, name)).catch(() => undefined)) !== undefined;
  const facts = await lstat(path).catch(() => undefined);
  if (facts?.isFile() === true) return true;
  if ((await at('manifest.json')) || (await at('SHA256SUMS')) || !(await at('toc.dat'))) return false;
  // pg_restore would follow a link out of the folder.
  await listFiles(path);
  return true;
}

/** Rows of each table's data by its entry; throws PGR302 for the first byte that is not as pg_dump writes it. */
async function countRows(
  path: string,
  archive: Archive,
  { onProgress, signal }: Reading,
): Promise<ReadonlyMap<TocEntry, number>> {
  await using data = await openArchiveData(path, archive);
  const rows = new Map<TocEntry, number>();
  const lines = async (chunks: AsyncIterable<Buffer>): Promise<number> => {
    let count = 0;
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      onProgress?.();
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
    }
    return count;
  };
  for (const entry of archive.entries) {
    if (!entry.hasData) continue;
    if (entry.description === 'BLOBS') for await (const { bytes } of data.largeObjects(entry)) await lines(bytes);
    else {
      const member = data.member(entry);
      rows.set(entry, await lines(entry.copyStatement === undefined ? member : copyRows(member, path)));
    }
  }
  return rows;
}

/** What a manifest would say of it. Who made it, when, and of what: that is what it says itself. */
async function manifestOf(
  path: string,
  { header, entries, tocSha256 }: Archive,
  rows: ReadonlyMap<TocEntry, number> = new Map(),
): Promise<Manifest> {
  const data = entries.filter(({ description }) => description === 'TABLE DATA');
  const tables = data.map((entry): CountedTable => ({ ...relationOf(entry), rows: rows.get(entry) ?? 0, bytes: 0 }));
  const options = optionsOf(header, entries);
  const database: DumpedDatabase = {
    name: header.database,
    path: '.',
    format: header.format,
    options,
    snapshot: { id: '', walPosition: '', takenAt: header.createdAt },
    ...localeOf(entries),
    tocSha256,
    tables,
    sequences: sequencePositions(entries),
    largeObjects: options.includes('--schema-only') ? undefined : largeObjectIds(entries).length,
    extensions: [],
    roles: rolesNeeded(entries),
    bytes: await sizeOnDisk(path),
    seconds: 0,
  };
  return {
    elsewhere: { insertsRows: data.some(entry => entry.copyStatement === undefined) },
    schema: manifestSchema,
    tool: { name: 'pg-roundtrip', version: '' },
    client: versionOf(path, header.dumpVersion),
    server: { ...versionOf(path, header.serverVersion), systemIdentifier: '', standby: false },
    startedAt: header.createdAt,
    finishedAt: header.createdAt,
    session: { timeZone: 'UTC', byteaOutput: 'hex' },
    globals: undefined,
    databases: [database],
  };
}

/** What pg_dump was told, as far as the archive shows it. */
function optionsOf({ format }: ArchiveHeader, entries: readonly TocEntry[]): readonly string[] {
  const holds = (section: TocEntry['section']) => entries.some(entry => entry.section === section);
  const hasTables = entries.some(({ description }) => description === 'TABLE' || description === 'SEQUENCE');
  return [
    `--format=${format}`,
    ...(hasTables && !holds('data') ? ['--schema-only'] : []),
    ...(!hasTables && holds('data') && !holds('post-data') ? ['--data-only'] : []),
  ];
}

/** As the statement says that would make the database (pg_dump.c, `dumpDatabase`). */
function localeOf(entries: readonly TocEntry[]): DatabaseLocale {
  const statement = entries.find(({ description }) => description === 'DATABASE')?.definition ?? '';
  const said = (name: string) => new RegExp(` ${name} = '([^']+)'`).exec(statement)?.[1];
  const provider = / LOCALE_PROVIDER = (icu|builtin)/.exec(statement)?.[1] as 'icu' | 'builtin' | undefined;
  const both = said('LOCALE') ?? 'C';
  return {
    encoding: declaredEncoding(entries) ?? said('ENCODING') ?? 'UTF8',
    collate: said('LC_COLLATE') ?? both,
    characterType: said('LC_CTYPE') ?? both,
    localeProvider: provider ?? 'libc',
    locale: said('ICU_LOCALE') ?? said('BUILTIN_LOCALE'),
  };
}

function versionOf(path: string, text: string): PostgresVersion {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (major === undefined)
    throw fault('PGR302', `${path} does not say which Postgres it comes from`, 'dump again with pg_dump');
  return { major: Number(major), minor: Number(minor ?? 0), text };
}
