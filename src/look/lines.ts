import { formatTime } from '../report/format.ts';
import { clip, harmless } from '../report/text.ts';

/** How wide a terminal is, and whether everything is to be shown. */
export interface View {
  /** Characters in a line; unlimited where undefined. */
  readonly width: number | undefined;
  readonly all: boolean;
}

const cellLimit = 100;

/** Foreign text as a cell of a table. */
export function cell(text: string): string {
  return clip(harmless(text), cellLimit);
}

/** A label and what it stands for, which may be foreign text; undefined where it is not told. */
export type Label = readonly [label: string, text: string] | undefined;

/** Labels with their texts, which continue below themselves where the terminal ends. */
export function labelled(rows: readonly Label[], width: number | undefined): readonly string[] {
  const given = rows.filter(row => row !== undefined);
  const lead = Math.max(0, ...given.map(([label]) => label.length)) + 2;
  return given.flatMap(([label, text]) =>
    wrap(harmless(text), width === undefined ? undefined : width - lead).map(
      (line, index) => (index === 0 ? label : '').padEnd(lead) + line,
    ),
  );
}

/** Breaks at blanks; a longer word gets a line of its own. */
function wrap(text: string, width: number | undefined): readonly string[] {
  if (width === undefined) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A moment of a dump in UTC; as it is where it is none, or says no zone. */
export function timeText(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) || !iso.endsWith('Z') ? iso : formatTime(time);
}

export function indented(lines: readonly string[], depth = 1): readonly string[] {
  return lines.map(line => (line === '' ? '' : '  '.repeat(depth) + line));
}

/** The terminal as it is for what is indented. */
export function inside({ width }: View, depth = 1): number | undefined {
  return width === undefined ? undefined : width - 2 * depth;
}

/** Names in one text: the first of them unless all are wanted. */
export function namesIn(names: readonly string[], { all }: Pick<View, 'all'>, most = 10): string {
  const shown = all ? names : names.slice(0, most);
  const more = names.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and ${more} more (--all)`])].join(', ');
}

/** The first rows of a table unless all are wanted, and the line that stands for the others. */
export function firstRows<Row>(rows: readonly Row[], { all }: Pick<View, 'all'>, most: number) {
  const shown = all ? rows : rows.slice(0, most);
  const more = rows.length - shown.length;
  return { shown, more: more === 0 ? [] : [`… and ${more} more (--all)`] };
}
