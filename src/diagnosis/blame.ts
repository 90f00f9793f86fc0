import type { TocEntry } from '../postgres/archive/model.ts';
import type { ArchiveIndex } from './archive-index.ts';

/** The number of the first error of anything that an entry needs, directly or through others; undefined where all of that was made. */
export type Blame = (entry: TocEntry) => number | undefined;

const never = Number.POSITIVE_INFINITY;

/**
 * Every entry is looked at once, however many are asked about. `failures`: the number of the first error of each entry
 * that was not made, by its dump id.
 */
export function createBlame(index: ArchiveIndex, failures: ReadonlyMap<number, number>): Blame {
  const known = new Map<number, number>();
  const ownOrKnown = ({ dumpId }: TocEntry) => Math.min(failures.get(dumpId) ?? never, known.get(dumpId) ?? never);
  return asked => {
    const path = [{ entry: asked, needs: index.neededBy(asked), next: 0 }];
    // What is under way counts as known, so that a circle ends.
    if (!known.has(asked.dumpId)) known.set(asked.dumpId, never);
    else path.pop();
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = top.needs[top.next++];
      if (need === undefined) {
        known.set(top.entry.dumpId, first(top.needs.map(ownOrKnown)));
        path.pop();
      } else if (!known.has(need.dumpId)) {
        known.set(need.dumpId, never);
        path.push({ entry: need, needs: index.neededBy(need), next: 0 });
      }
    }
    const found = known.get(asked.dumpId) ?? never;
    return found === never ? undefined : found;
  };
}

/** Not by Math.min alone, as there may be more numbers than a function takes arguments. */
function first(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), never);
}
