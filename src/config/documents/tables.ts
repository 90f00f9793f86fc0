import type { Field, Fields, Kind } from '../schema/kind.ts';

/** A Markdown table. Cells are Markdown; a bar in them is escaped. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** The keys of one map. The column for Postgres is left out where it would be empty. */
export function keyTable(fields: Fields): string {
  const entries = Object.entries(fields);
  const known = entries.some(([, field]) => field.postgres !== undefined);
  const rows = entries.map(([key, field]) => [
    code(key),
    typeOf(field.kind),
    defaultOf(field),
    field.help,
    ...(known ? [postgres(field)] : []),
  ]);
  return table(['Key', 'Value', 'Default', 'Meaning', ...(known ? ['In Postgres’ manual'] : [])], rows);
}

function typeOf({ shape, type }: Kind<unknown>): string {
  if (shape.form === 'object') return `${type}, see below`;
  if (shape.form === 'list' && shape.item.shape.form === 'object') return 'list of maps, see below';
  if (shape.form === 'record' && shape.value.shape.form === 'object') return 'map of maps, see below';
  if (shape.form === 'list' && shape.item.shape.form === 'one-key') return 'list of steps, see below';
  if (shape.form === 'record' && shape.value.shape.form === 'one-key') return 'map of storages, see below';
  return type;
}

function defaultOf(field: Field<unknown>): string {
  if (field.required) return '**required**';
  if (field.written === undefined) return field.otherwise ?? 'none';
  return typeof field.written === 'object' ? 'none' : code(String(field.written));
}

function postgres({ postgres: option }: Field<unknown>): string {
  if (option === undefined) return '';
  return option.startsWith('“') ? option : code(option);
}
