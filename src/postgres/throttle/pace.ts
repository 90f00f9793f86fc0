/** Lets bytes pass at a rate. Whoever passes asks first, piece by piece, and waits as long as it is told. */
export interface Pace {
  /** Most bytes to ask for at once. */
  readonly piece: number;
  /** Seconds to wait before these bytes may pass. */
  readonly reserve: (bytes: number) => number;
}

/** What may pass at once after a pause: timers are late by some milliseconds, and what they lose would be lost. */
const burstSeconds = 0.05;
const largestPiece = 65_536;

/**
 * A pace of so many bytes a second, summed over all who ask. In any time of `t` seconds at most `rate * (t + 0.05)`
 * bytes pass, and one piece. `clock` gives seconds from some fixed moment.
 */
export function createPace(rate: number, clock: () => number): Pace {
  /** When all that was reserved has passed. */
  let free = Number.NEGATIVE_INFINITY;
  return {
    piece: Math.max(1, Math.min(largestPiece, Math.floor(rate * burstSeconds))),
    reserve: bytes => {
      const now = clock();
      const start = Math.max(free, now - burstSeconds);
      free = start + bytes / rate;
      return Math.max(0, start - now);
    },
  };
}
