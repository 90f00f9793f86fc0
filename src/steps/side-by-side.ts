/**
 * Runs tasks at once. When one fails the others are ended by their signal, and all are waited for, so that nothing
 * still works on what the caller is about to remove. Throws the first failure.
 */
export async function sideBySide<Results extends readonly unknown[]>(
  signal: AbortSignal,
  tasks: { readonly [Index in keyof Results]: (signal: AbortSignal) => Promise<Results[Index]> },
): Promise<Results> {
  const failed = new AbortController();
  const shared = AbortSignal.any([signal, failed.signal]);
  const settled = await Promise.allSettled(
    tasks.map(async task => {
      try {
        return await task(shared);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  if (shared.aborted) throw shared.reason;
  return settled.map(one => (one.status === 'fulfilled' ? one.value : undefined)) as unknown as Results;
}

/** Opens several things at once, hands them to `body` and closes them all, whatever happens; a failure to close is none of the work. */
export async function withAll<Thing extends AsyncDisposable, Result>(
  count: number,
  open: () => Promise<Thing>,
  body: (things: readonly Thing[]) => Promise<Result>,
): Promise<Result> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => open()));
  const things = opened.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of opened) if (one.status === 'rejected') throw one.reason;
    return await body(things);
  } finally {
    await Promise.allSettled(things.map(thing => thing[Symbol.asyncDispose]()));
  }
}
