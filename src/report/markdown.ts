import type { Column } from './aligned-table.ts';
import { andMore } from './proof.ts';

/** How many rows of a table or items of a list a person is shown. */
const rowLimit = 200;

/** A table of cells that are Markdown already. One row is one line, and there are at most 200. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rulers = columns.map(column => (column.align === 'left' ? '---' : '---:'));
  const rest = rows.length - rowLimit;
  const more = rest > 0 ? [line([andMore(rest), ...columns.slice(1).map(() => '')])] : [];
  return [line(columns.map(column => column.title)), line(rulers), ...rows.slice(0, rowLimit).map(line), ...more];
}

/** A list of items that are Markdown already, at most 200. */
export function markdownList(items: readonly string[]): readonly string[] {
  const rest = items.length - rowLimit;
  return [...items.slice(0, rowLimit), ...(rest > 0 ? [andMore(rest)] : [])].map(item => `- ${item}`);
}

/** Lines joined to at most `limit` bytes of UTF-8, cut between lines; open folds are closed and the cut is told. */
export function joinWithin(lines: readonly string[], limit: number, notice: string): string {
  const whole = `${lines.join('\n')}\n`;
  if (Buffer.byteLength(whole) <= limit) return whole;
  const kept: string[] = [];
  let folds = 0;
  let room = limit - Buffer.byteLength(`\n${notice}\n`);
  for (const line of lines) {
    // A line that opens a fold also pays for the line that will close it.
    const change = line.startsWith('<details>') ? 1 : line === closeFold ? -1 : 0;
    const cost = Buffer.byteLength(line) + 1 + change * foldCost;
    if (cost > room) break;
    room -= cost;
    folds += change;
    kept.push(line);
  }
  return `${[...kept, ...Array.from({ length: folds }, () => closeFold), '', notice].join('\n')}\n`;
}

const closeFold = '</details>';
const foldCost = Buffer.byteLength(`${closeFold}\n\n`);
