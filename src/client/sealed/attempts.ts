/** Why one attempt to fetch a package has not given it. */
export type FetchFailure =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'network'; readonly reason: string }
  | { readonly kind: 'stalled'; readonly seconds: number }
  | { readonly kind: 'size'; readonly got: number; readonly wanted: number }
  | { readonly kind: 'hash'; readonly got: string; readonly wanted: string };

/**
 * True where the same mirror may well give the package in a moment: the network failed, or it is busy. Networks in
 * front of archives answer 403 for a while to whom they find too eager.
 */
export function isPassing(failure: FetchFailure): boolean {
  switch (failure.kind) {
    case 'status':
      return [403, 408, 425, 429].includes(failure.status) || failure.status >= 500;
    case 'network':
    case 'stalled':
      return true;
    case 'size':
      return failure.got < failure.wanted;
    case 'hash':
      return false;
  }
}

/** True where a whole answer came and was not the package: a fault of its own, as somebody may have meant it. */
export function isForgery(failure: FetchFailure): boolean {
  return failure.kind === 'hash' || (failure.kind === 'size' && failure.got > failure.wanted);
}

/** What a mirror did, to follow its name in a sentence. */
export function describeFailure(failure: FetchFailure): string {
  switch (failure.kind) {
    case 'status':
      return `answered ${failure.status}`;
    case 'network':
      return `could not be reached (${failure.reason})`;
    case 'stalled':
      return `stalled (nothing in ${failure.seconds} seconds, or too slow)`;
    case 'size':
      return `sent ${failure.got > failure.wanted ? 'more than ' : ''}${Math.min(failure.got, failure.wanted)} of ${failure.wanted} bytes`;
    case 'hash':
      return `sent a file with SHA-256 ${failure.got}, locked is ${failure.wanted}`;
  }
}

/** How patient a download is. */
export interface Patience {
  /** Milliseconds to wait before each attempt on one mirror; as many attempts as there are numbers. */
  readonly waits: readonly number[];
  /** Milliseconds without a single byte. */
  readonly idle: number;
  /** Milliseconds for one attempt, plus the time that the package takes at `slowest` bytes a millisecond. */
  readonly attempt: number;
  readonly slowest: number;
}

export const usualPatience: Patience = { waits: [0, 1_000, 2_000], idle: 15_000, attempt: 60_000, slowest: 50 };
