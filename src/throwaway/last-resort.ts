const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Calls `cleanUp`, which must be synchronous, when this process exits before it could clean up in order. A signal that
 * nobody else handles becomes an exit, as Node would otherwise die of it without any event.
 *
 * @returns the function that takes the precaution back.
 */
export function atLastResort(cleanUp: () => void): () => void {
  const handlers = Object.entries(signals).map(([signal, number]) => {
    const handler = () => {
      process.removeListener(signal, handler);
      if (process.listenerCount(signal) === 0) process.exit(128 + number);
    };
    return { signal, handler };
  });
  process.once('exit', cleanUp);
  for (const { signal, handler } of handlers) process.on(signal, handler);
  return () => {
    process.removeListener('exit', cleanUp);
    for (const { signal, handler } of handlers) process.removeListener(signal, handler);
  };
}
