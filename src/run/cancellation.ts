import { fault } from '../errors.ts';

/**
 * Turns SIGINT and SIGTERM into the end of the run. A CI signals this process alone, then waits a few seconds before it
 * kills it; a second signal ends it at once.
 */
export function cancellation(): { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(fault('PGR600', `the run was cancelled (${name})`, 'run it again; nothing half-made was left'));
  };
  // The runner sends SIGTERM 7.5 s after SIGINT as a matter of course: the same request, and no sign of impatience.
  process.on('SIGINT', () => cancel('SIGINT'));
  process.once('SIGTERM', () => {
    if (!controller.signal.aborted) cancel('SIGTERM');
  });
  return { signal: controller.signal };
}
