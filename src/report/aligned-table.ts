export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Text in columns: two blanks between them, numbers flush right, no trailing blanks. Cells must be `harmless` already. */
export function alignedTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, length(row[index] ?? '')), length(column.title)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => pad(cells[index] ?? '', widths[index] ?? 0, column.align))
      .join('  ')
      .trimEnd();
  return [line(columns.map(column => column.title)), ...rows.map(line)];
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
