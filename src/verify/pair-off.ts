export interface Paired<Item> {
  readonly pairs: readonly (readonly [Item, Item])[];
  /** What found no partner. */
  readonly left: readonly Item[];
  readonly right: readonly Item[];
}

/**
 * Pairs the items of two lists: first those that agree in the first likeness, of what is left those that agree in the
 * second, and so on, each in order. Takes time in proportion to the lists' lengths.
 */
export function pairOff<Item>(
  left: readonly Item[],
  right: readonly Item[],
  likenesses: readonly ((item: Item) => string)[],
): Paired<Item> {
  const pairs: (readonly [Item, Item])[] = [];
  let leftRest = left;
  let rightRest = right;
  for (const likeness of likenesses) {
    const waiting = new Map<string, Item[]>();
    for (const item of rightRest.toReversed()) {
      const form = likeness(item);
      const list = waiting.get(form);
      if (list === undefined) waiting.set(form, [item]);
      else list.push(item);
    }
    const taken = new Set<Item>();
    leftRest = leftRest.filter(item => {
      const partner = waiting.get(likeness(item))?.pop();
      if (partner === undefined) return true;
      taken.add(partner);
      pairs.push([item, partner]);
      return false;
    });
    rightRest = rightRest.filter(item => !taken.has(item));
  }
  return { pairs, left: leftRest, right: rightRest };
}
