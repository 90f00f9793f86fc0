export interface Deadline extends Disposable {
  /** Fires with a TimeoutError after the time, or with the outer signal's reason. */
  readonly signal: AbortSignal;
}

/** A limit for one piece of work that ends with its block. @param seconds how long the work may take. */
export function deadline(seconds: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const onTimeout = () => controller.abort(new DOMException(`no answer within ${seconds} seconds`, 'TimeoutError'));
  const onOuter = () => controller.abort(outer?.reason);
  const timer = setTimeout(onTimeout, seconds * 1000);
  outer?.addEventListener('abort', onOuter, { once: true });
  if (outer?.aborted) onOuter();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}
