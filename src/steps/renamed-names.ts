import type { Bytes } from '../postgres/archive/data/bytes.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import { columnNames } from '../verify/content/copy-statement.ts';
import { readNameColumns } from '../verify/content/name-columns.ts';
import { renameInRows } from '../verify/content/rename-in-rows.ts';
import type { ContentTable } from '../verify/content/tables.ts';
import { type RelationName, relationKey } from '../verify/reading.ts';

/** What the rows of a copy say of schemas that have other names there. */
export interface RenamedNames {
  /** The rows of an archive as those of the copy are to be. */
  readonly inRows: (table: ContentTable, rows: Bytes, encoding: string) => Bytes;
  /** Why rows that differ may be the same; undefined where they are not. */
  readonly unclear: (table: RelationName) => string | undefined;
  /** The same for hashes, in which nothing can be renamed. */
  readonly unclearHash: (table: RelationName) => string | undefined;
}

/** `quoted`: whether rows have all names in quotes. */
export async function readRenamedNames(
  session: Session,
  renames: readonly SchemaRename[],
  quoted: boolean,
): Promise<RenamedNames> {
  const columns = renames.length === 0 ? new Map<string, never>() : await readNameColumns(session);
  const of = (table: RelationName) => columns.get(relationKey(table)) ?? [];
  const spelled = quoted ? renames.map(rename => ({ ...rename, spelled: quoteIdentifier(rename.to) })) : renames;
  return {
    inRows: (table, rows, encoding) => {
      const all = columnNames(table.columns ?? '');
      const fields = of(table)
        .map(({ name, shape }) => ({ index: all.indexOf(name), shape }))
        .filter(({ index }) => index !== -1);
      // Other encodings than UTF8 have ASCII in common with it, and every byte of theirs is one sign here.
      return fields.length === 0 ? rows : renameInRows(rows, fields, spelled, encoding === 'UTF8' ? 'utf8' : 'latin1');
    },
    unclear: table => {
      const nested = of(table).filter(({ shape }) => shape === 'nested');
      return nested.length === 0
        ? undefined
        : `it has names of renamed schemas inside of other types, in ${nested.map(({ name }) => name).join(', ')}`;
    },
    unclearHash: table => {
      const names = of(table).map(({ name }) => name);
      return names.length === 0
        ? undefined
        : `it was hashed with the former names of schemas, in ${names.join(', ')}; an archive of rows can tell`;
    },
  };
}
