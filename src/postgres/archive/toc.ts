import type { ArchiveHeader, DataLocation, Section, TocEntry } from './model.ts';
import { type Cursor, filePosition, integer, integerWithin, requiredText, text } from './primitives.ts';

type Layout = Pick<ArchiveHeader, 'version' | 'integerSize' | 'offsetSize' | 'format'>;

const sections = ['none', 'pre-data', 'data', 'post-data'] as const satisfies readonly Section[];
const offsetStates = ['unset', 'set', 'none'] as const;

/** The least that an entry can take: 3 integers, 12 texts, its location. Tells an absurd number of entries. */
export function leastEntryBytes({ integerSize, offsetSize, format }: Layout): number {
  return 15 * (1 + integerSize) + 1 + (format === 'custom' ? offsetSize : integerSize);
}

/** Gives, for texts that are the same, one and the same text. */
type Words = (text: string) => string;

/** A kind, a schema or an owner is that of many entries, and would be in memory for each of them. */
export function wordKeeper(): Words {
  const kept = new Map<string, string>();
  return text => {
    const known = kept.get(text);
    if (known === undefined) kept.set(text, text);
    return known ?? text;
  };
}

/**
 * Reads one entry of the TOC; its texts are latin1, whatever their encoding. The fields come in the order of the file.
 * Checks what pg_restore believes without looking and then crashes or restores less than there is. Throws PGR302.
 */
export function readEntry(cursor: Cursor, layout: Layout, words: Words): TocEntry {
  const { minor } = layout.version;
  const size = layout.integerSize;
  const optional = (field: string) => text(cursor, size, field);
  const word = (field: string) => {
    const value = optional(field);
    return value === undefined ? undefined : words(value);
  };
  const start = cursor.offset;
  const entry = {
    dumpId: integerWithin(cursor, size, 'dumpId', 1, 2 ** 31 - 1),
    hasData: integerWithin(cursor, size, 'hadDumper', 0, 1) === 1,
    tableOid: readDecimal(cursor, size, 'tableoid'),
    oid: readDecimal(cursor, size, 'oid'),
    tag: requiredText(cursor, size, 'tag'),
    description: words(requiredText(cursor, size, 'desc')),
    section: sections[integerWithin(cursor, size, 'section', 1, sections.length) - 1] ?? 'none',
    definition: optional('defn'),
    dropStatement: optional('dropStmt'),
    copyStatement: optional('copyStmt'),
    namespace: word('namespace'),
    tablespace: word('tablespace'),
    accessMethod: minor >= 14 ? word('tableam') : undefined,
    relationKind: minor >= 16 ? readRelationKind(cursor, size) : undefined,
    owner: word('owner'),
    dependencies: readDependencies(cursor, size),
    location: layout.format === 'custom' ? readOffset(cursor, layout.offsetSize) : readMemberName(cursor, size),
  };
  const { location } = entry;
  const located = location.kind === 'offset' ? location.state !== 'none' : location.name !== undefined;
  if (located !== entry.hasData)
    throw cursor.damaged(
      'hadDumper',
      start,
      `it says ${entry.hasData ? 'data' : 'no data'}, and the location does not`,
    );
  return entry;
}

/** An unsigned 32-bit number that is written as decimal text. */
function parseDecimal(cursor: Cursor, field: string, at: number, digits: string): number {
  const value = /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(value < 2 ** 32)) throw cursor.damaged(field, at, 'it is not a number of 32 bits in decimal');
  return value;
}

function readDecimal(cursor: Cursor, size: number, field: string): number {
  const at = cursor.offset;
  return parseDecimal(cursor, field, at, requiredText(cursor, size, field));
}

function readRelationKind(cursor: Cursor, size: number): string | undefined {
  const at = cursor.offset;
  const code = integer(cursor, size, 'relkind');
  if (code === 0) return undefined;
  const letter = code > 0 && code < 128 ? String.fromCharCode(code) : '';
  if (!/^[A-Za-z]$/.test(letter)) throw cursor.damaged('relkind', at, `${code} is not the code of a letter`);
  return letter;
}

/** In an array that has no room for more: one that grows has much. */
function readDependencies(cursor: Cursor, size: number): readonly number[] {
  // Tables with OIDs ended with Postgres 12; the field stays in the format, before these, and says nothing.
  text(cursor, size, 'withOids');
  const dependencies: number[] = [];
  for (;;) {
    const at = cursor.offset;
    const digits = text(cursor, size, 'dependencies');
    if (digits === undefined) return dependencies.slice();
    dependencies.push(parseDecimal(cursor, 'dependencies', at, digits));
  }
}

function readOffset(cursor: Cursor, size: number): DataLocation {
  const at = cursor.offset;
  const code = cursor.byte('offset');
  const state = offsetStates[code - 1];
  if (state === undefined) throw cursor.damaged('offset', at, `${code} is no state of an offset`);
  return { kind: 'offset', state, position: filePosition(cursor, size, 'offset') };
}

const nowhere: DataLocation = { kind: 'file', name: undefined };

/** A name is later joined to the folder's path, so nothing passes but what pg_dump itself writes. */
function readMemberName(cursor: Cursor, size: number): DataLocation {
  const at = cursor.offset;
  const name = requiredText(cursor, size, 'file name');
  if (name === '') return nowhere;
  if (!/^(\d+\.dat|blobs(_\d+)?\.toc)$/.test(name)) throw cursor.damaged('file name', at, 'pg_dump names no file so');
  return { kind: 'file', name };
}
