import { fault } from '../../errors.ts';
import type { ArchiveHeader, Compression, FormatVersion } from './model.ts';
import { type Cursor, integer, integerWithin, requiredText } from './primitives.ts';

/** The bytes that every archive begins with. */
export const magic = Buffer.from('PGDMP', 'latin1');

/** What an archive was found in. `contents`: a custom archive up to the end of its table of contents. */
export type Container = 'file' | 'folder' | 'tar' | 'contents';

/** Reads up to the first TOC entry. Throws PGR302. */
export function readHeader(cursor: Cursor, file: string, container: Container): ArchiveHeader {
  if (!cursor.take(magic.length, 'magic').equals(magic)) throw cursor.damaged('magic', 0, 'it is not PGDMP');
  const version = readVersion(cursor, file);
  const integerSize = readSize(cursor, 'intSize');
  const offsetSize = readSize(cursor, 'offSize');
  const format = readFormat(cursor, file, container);
  return {
    version,
    integerSize,
    offsetSize,
    format,
    compression: version.minor >= 15 ? readAlgorithm(cursor) : readLevel(cursor, integerSize),
    createdAt: readTime(cursor, integerSize),
    database: requiredText(cursor, integerSize, 'database'),
    serverVersion: requiredText(cursor, integerSize, 'server version'),
    dumpVersion: requiredText(cursor, integerSize, 'pg_dump version'),
    entryCount: integerWithin(cursor, integerSize, 'number of entries', 0, 2 ** 31 - 1),
  };
}

function readVersion(cursor: Cursor, file: string): FormatVersion {
  const [major, minor, revision] = [cursor.byte('vmaj'), cursor.byte('vmin'), cursor.byte('vrev')];
  const name = `${major}.${minor}`;
  if (major > 1 || (major === 1 && minor > 16))
    throw fault(
      'PGR302',
      `${file} has archive format ${name}, and this pg-roundtrip reads 1.12 to 1.16`,
      'update pg-roundtrip, or dump again with pg_dump 18 or older',
    );
  if (major < 1 || minor < 12)
    throw fault(
      'PGR302',
      `${file} has archive format ${name}, which only releases before Postgres 9.0 write; 1.12 to 1.16 can be read`,
      'restore it with an old pg_restore and dump again with a supported pg_dump',
    );
  return { major, minor, revision };
}

function readSize(cursor: Cursor, field: string): number {
  const size = cursor.byte(field);
  if (size < 1 || size > 8) throw cursor.damaged(field, cursor.offset - 1, `${size} is not between 1 and 8`);
  return size;
}

/** The directory format writes the code of tar; its own code, 5, is never written. */
function readFormat(cursor: Cursor, file: string, container: Container): ArchiveHeader['format'] {
  const code = cursor.byte('format');
  if (code === 1 && (container === 'file' || container === 'contents')) return 'custom';
  if (code === 3 && container === 'folder') return 'directory';
  if (code === 3 && container === 'tar') return 'tar';
  if (code === 1) throw fault('PGR302', `${file} is a custom archive`, 'name the file itself, not its folder');
  if (code === 3)
    throw fault('PGR302', `${file} is only the table of contents of a directory archive`, 'name its folder instead');
  throw cursor.damaged('format', cursor.offset - 1, `${code} is the code of no format with data`);
}

function readAlgorithm(cursor: Cursor): Compression {
  const code = cursor.byte('compression');
  const kind = (['none', 'gzip', 'lz4', 'zstd'] as const)[code];
  if (kind === undefined) throw cursor.damaged('compression', cursor.offset - 1, `${code} is the code of no algorithm`);
  return { kind, level: undefined };
}

/** Before 1.15: zlib's level, where −1 is its default and 0 is no compression. */
function readLevel(cursor: Cursor, size: number): Compression {
  const level = integerWithin(cursor, size, 'compression', -1, 9);
  return level === 0 ? { kind: 'none', level: undefined } : { kind: 'gzip', level: level === -1 ? undefined : level };
}

/** C's struct tm: seven integers from the second up, the month from 0, the year from 1900, daylight saving time. */
function readTime(cursor: Cursor, size: number): string {
  const part = (field: string, least: number, most: number) => integerWithin(cursor, size, field, least, most);
  const [second, minute, hour] = [part('second', 0, 60), part('minute', 0, 59), part('hour', 0, 23)];
  const [day, month, year] = [part('day', 1, 31), part('month', 0, 11), part('year', 0, 8099)];
  integer(cursor, size, 'isdst');
  const two = (value: number) => String(value).padStart(2, '0');
  return `${1900 + year}-${two(month + 1)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}
