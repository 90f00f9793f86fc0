import type { Timeouts } from '../config/config.ts';

/** Shorter than the watch over a step waits, so that a slow statement fails its check and not the step. */
const shareOfStall = 0.9;

/** Milliseconds that a statement may take which somebody else has written. */
export function limitOf({ stall }: Timeouts): number {
  return Math.ceil(stall * 1000 * shareOfStall);
}
