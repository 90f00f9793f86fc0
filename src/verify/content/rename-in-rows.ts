import type { Bytes } from '../../postgres/archive/data/bytes.ts';
import { sqlTokens } from '../../postgres/archive/sql-tokens.ts';
import { renameInSql } from '../../rename/rename-in-sql.ts';
import type { SchemaRename } from '../../rename/schema-rename.ts';
import { fieldsOf, readable, rowOf, written } from './fields.ts';
import { mapRows } from './map-rows.ts';
import type { NameColumn } from './name-columns.ts';

/** A column of names by its place in the row. */
export interface NameField {
  readonly index: number;
  readonly shape: NameColumn['shape'];
}

/** Rows of COPY text as the copy is expected to print them: names of objects with the new names of their schemas. */
export function renameInRows(
  rows: Bytes,
  fields: readonly NameField[],
  renames: readonly SchemaRename[],
  encoding: BufferEncoding,
): Bytes {
  return mapRows(rows, row => {
    const values = [...fieldsOf(row)];
    for (const { index, shape } of fields) {
      const value = values[index] === undefined ? undefined : readable(values[index], encoding);
      if (value !== undefined) values[index] = Buffer.from(written(renameInValue(value, shape, renames)), encoding);
    }
    return rowOf(values);
  });
}

/** One value as the server prints it. What is inside of another type stays. */
export function renameInValue(value: string, shape: NameColumn['shape'], renames: readonly SchemaRename[]): string {
  switch (shape) {
    case 'name':
      return renameInSql(value, renames, 'names');
    case 'schema':
      return renameSchema(value, renames);
    case 'list of names':
      return inElements(value, element => renameInSql(element, renames, 'names'));
    case 'list of schemas':
      return inElements(value, element => renameSchema(element, renames));
    case 'nested':
      return value;
  }
}

function renameSchema(value: string, renames: readonly SchemaRename[]): string {
  const [name, ...others] = sqlTokens(value);
  if (others.length > 0 || (name?.kind !== 'word' && name?.kind !== 'name')) return value;
  return renames.find(({ from }) => from === name.value)?.spelled ?? value;
}

/** Of an array as the server prints it (manual, "Array Input and Output Syntax"), with bounds or without. */
function inElements(array: string, rename: (element: string) => string): string {
  const bounds = /^(?:\[[\d:-]+\])+=/.exec(array)?.[0] ?? '';
  const elements = array.slice(bounds.length).replace(/"((?:[^"\\]|\\.)*)"|[^{},"]+/gs, (whole, quoted?: string) => {
    if (quoted === undefined && whole === 'NULL') return whole;
    return element(rename(quoted === undefined ? whole : quoted.replace(/\\(.)/gs, '$1')));
  });
  return bounds + elements;
}

function element(text: string): string {
  const plain = text !== '' && !/^null$/i.test(text) && !/[{}",\\\s]/.test(text);
  return plain ? text : `"${text.replace(/["\\]/g, sign => `\\${sign}`)}"`;
}
