import { fault } from '../errors.ts';

/**
 * Turns SIGINT, SIGTERM and SIGHUP (the terminal was closed) into the end of the run. A CI signals this process alone,
 * then waits a few seconds before it kills it; a second SIGINT ends it at once.
 */
export function cancellation(): { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(
      fault('PGR600', `the run was cancelled (${name})`, 'run it again; what it had begun is taken back'),
    );
  };
  // The runner sends SIGTERM 7.5 s after SIGINT as a matter of course: the same request, and no sign of impatience.
  process.on('SIGINT', () => cancel('SIGINT'));
  for (const name of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) cancel(name);
    });
  }
  return { signal: controller.signal };
}
