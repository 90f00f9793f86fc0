import { clip } from './text.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * Text in columns: two blanks between them, numbers flush right, no trailing blanks. Cells must be `harmless` already.
 * `width`: that of a terminal, into which the widest columns of text are cut; unlimited where undefined.
 */
export function alignedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width?: number,
): readonly string[] {
  const natural = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, length(row[index] ?? '')), length(column.title)),
  );
  const widths = width === undefined ? natural : fitted(columns, natural, width);
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => pad(clip(cells[index] ?? '', widths[index] ?? 0), widths[index] ?? 0, align))
      .join('  ')
      .trimEnd();
  return [line(columns.map(column => column.title)), ...rows.map(line)];
}

/** Columns of text are not cut below this. */
const leastWidth = 8;

/** Always the widest gives way. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 2 * (columns.length - 1)) - width;
  for (; excess > 0; excess--) {
    const texts = widths.map((each, index) => (columns[index]?.align === 'left' ? each : 0));
    const widest = Math.max(...texts);
    if (widest <= leastWidth) break;
    widths[texts.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function pad(text: string, width: number, align: Column['align']): string {
  const blanks = ' '.repeat(Math.max(0, width - length(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

function length(text: string): number {
  return Array.from(text).length;
}

export function left(title: string): Column {
  return { title, align: 'left' };
}

export function right(title: string): Column {
  return { title, align: 'right' };
}
