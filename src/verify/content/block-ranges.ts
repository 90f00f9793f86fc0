/** Blocks of a table from `from` to before `to`; without `to` to its end, which may have moved. */
export interface BlockRange {
  readonly from: number;
  readonly to: number | undefined;
}

/** Few enough to be asked for one by one, enough to meet what is spread. */
const mostRanges = 200;

/**
 * Ranges of blocks that make up at least a share of a table, evenly spread from a random start, the first blocks and the
 * last always among them: a systematic sample.
 *
 * @param share of the blocks, more than 0 and at most 1.
 * @param start from 0 to less than 1: where within its stretch of the table each range lies.
 */
export function sampleBlocks(blocks: number, share: number, start: number): readonly BlockRange[] {
  const wanted = Math.max(1, Math.ceil(blocks * share));
  const length = Math.ceil(wanted / mostRanges);
  const count = Math.ceil(wanted / length);
  const stretch = blocks / count;
  const firsts = Array.from({ length: count }, (_, index) =>
    Math.floor(index * stretch + start * Math.max(0, stretch - length + 1)),
  );
  const last = Math.max(0, blocks - length);
  const ranges: BlockRange[] = [];
  for (const from of [0, ...firsts, last].sort((one, other) => one - other)) {
    const before = ranges.at(-1);
    const to = from === last ? undefined : from + length;
    if (before === undefined || (before.to !== undefined && before.to < from)) ranges.push({ from, to });
    // What touches is one range.
    else if (before.to !== undefined) ranges[ranges.length - 1] = { from: before.from, to };
  }
  return ranges;
}

/** A stretch of a table that is compared, or passed over. */
export interface Stretch extends BlockRange {
  readonly compared: boolean;
}

/** The ranges with what lies between them, in the order of the table. */
export function stretchesOf(ranges: readonly BlockRange[]): readonly Stretch[] {
  return ranges.flatMap((range, index): readonly Stretch[] => {
    const end = ranges[index - 1]?.to ?? 0;
    const gap = end < range.from ? [{ from: end, to: range.from, compared: false }] : [];
    return [...gap, { ...range, compared: true }];
  });
}
