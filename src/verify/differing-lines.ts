/** Lines shown of each side. */
const mostLines = 20;
/** Characters shown of one line. */
const mostCharacters = 200;
/** Beyond this many comparisons the lines between the first and the last difference are all taken as different. */
const mostCells = 40_000;

/** The lines of each text that the other does not have in that place; far shorter than the texts, for people. */
export function differingLines(
  expected: string,
  actual: string,
): { readonly expected: string; readonly actual: string } {
  const left = expected.split('\n');
  const right = actual.split('\n');
  let head = 0;
  while (head < Math.min(left.length, right.length) && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < Math.min(left.length, right.length) - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++;
  const [own, other] = withoutCommon(left.slice(head, left.length - tail), right.slice(head, right.length - tail));
  return { expected: render(own, other), actual: render(other, own) };
}

const blankLine = '(blank line)';

/** Removes a longest common subsequence from both. */
function withoutCommon(
  left: readonly string[],
  right: readonly string[],
): readonly [readonly string[], readonly string[]] {
  if (left.length * right.length > mostCells) return [left, right];
  const width = right.length + 1;
  /** Length of the longest common subsequence of what begins at (row, column). */
  const lengths = new Uint16Array((left.length + 1) * width);
  const length = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--)
    for (let column = right.length - 1; column >= 0; column--)
      lengths[row * width + column] =
        left[row] === right[column]
          ? length(row + 1, column + 1) + 1
          : Math.max(length(row + 1, column), length(row, column + 1));
  const own: string[] = [];
  const other: string[] = [];
  let row = 0;
  let column = 0;
  while (row < left.length && column < right.length) {
    const [ours = '', theirs = ''] = [left[row], right[column]];
    if (ours === theirs) {
      row++;
      column++;
    } else if (length(row + 1, column) >= length(row, column + 1)) {
      own.push(ours);
      row++;
    } else {
      other.push(theirs);
      column++;
    }
  }
  return [
    [...own, ...left.slice(row)],
    [...other, ...right.slice(column)],
  ];
}

function render(lines: readonly string[], others: readonly string[]): string {
  const shown = lines.slice(0, mostLines).map((line, index) => {
    const other = others[index] ?? '';
    const indented = line.trim() === other.trim();
    return indented ? shorten(line, other) : shorten(line.trim(), other.trim());
  });
  const hidden = lines.length - shown.length;
  return [...shown, ...(hidden === 0 ? [] : [`… ${hidden} more lines`])].join('\n');
}

/** Cuts a long line around the place where it first departs from its counterpart. */
function shorten(line: string, counterpart: string): string {
  if (line === '') return blankLine;
  if (line.length <= mostCharacters) return line;
  let same = 0;
  while (same < Math.min(line.length, counterpart.length) && line[same] === counterpart[same]) same++;
  const from = Math.max(0, Math.min(same - 60, line.length - mostCharacters));
  const to = from + mostCharacters;
  return `${from === 0 ? '' : '…'}${line.slice(from, to)}${to < line.length ? '…' : ''}`;
}
