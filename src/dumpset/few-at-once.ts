/** One file is read while another waits for the disk; Node's pool has no more than four threads for that. */
const workers = 4;

/**
 * Does something with every item, a few at once; `makeWorker` makes what one of them goes through the items with. After
 * a failure nothing new is begun, what was begun is waited for, and the first failure is thrown.
 */
export async function fewAtOnce<Item>(
  items: readonly Item[],
  makeWorker: () => (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.toReversed();
  const results = await Promise.allSettled(
    Array.from({ length: Math.min(workers, items.length) }, async () => {
      const work = makeWorker();
      try {
        for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
