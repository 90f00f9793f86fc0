import { isUtf8 } from 'node:buffer';
import type { Archive, TocEntry } from './model.ts';

/** The encoding that the archive declares for its own text, by Postgres' name (`UTF8`, `LATIN1`, `SQL_ASCII` …). */
export function declaredEncoding(entries: Archive['entries']): string | undefined {
  const definition = entries.find(entry => entry.description === 'ENCODING')?.definition;
  return /^SET client_encoding = '([^']*)'/.exec(definition ?? '')?.[1];
}

/**
 * Turns an archive whose texts hold one character per byte into readable text, where the archive is in UTF-8. Any other
 * encoding stays one character per byte: not for reading, but two archives still compare byte for byte. So does a single
 * text that is not valid UTF-8; names of roles and databases are shared by databases of different encodings, and the
 * server hands them out unchecked.
 */
export function decodeTexts(archive: Archive): Archive {
  if (declaredEncoding(archive.entries) !== 'UTF8') return archive;
  const { header, entries } = archive;
  return { ...archive, header: { ...header, database: decode(header.database) }, entries: entries.map(decodeEntry) };
}

const texts = [
  'tag',
  'definition',
  'dropStatement',
  'copyStatement',
  'namespace',
  'tablespace',
  'accessMethod',
  'owner',
] as const satisfies readonly (keyof TocEntry)[];

/** An entry of nothing but ASCII, as most are, stays the object that it is: there may be a million. */
function decodeEntry(entry: TocEntry): TocEntry {
  if (texts.every(name => isAscii(entry[name] ?? ''))) return entry;
  const decoded = texts.map(name => [name, entry[name] === undefined ? undefined : decode(entry[name])] as const);
  return { ...entry, ...Object.fromEntries(decoded) };
}

function isAscii(text: string): boolean {
  return !/[\x80-\xff]/.test(text);
}

function decode(text: string): string {
  if (isAscii(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}
