import type { Platform } from '../platform/platform.ts';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from './format.ts';
import { clip, harmless } from './text.ts';

/** How far a long piece of work is. */
export interface ProgressState {
  readonly label: string;
  readonly tablesDone: number;
  /** 0 where tables are not counted. */
  readonly tablesTotal: number;
  readonly bytesDone: number;
  /** An estimate; undefined where there is none. */
  readonly bytesTotal: number | undefined;
  readonly elapsedSeconds: number;
}

/** Counts up; only differences matter. */
export interface ProgressClock {
  seconds(): number;
}

export type ProgressUpdate = Omit<ProgressState, 'label' | 'elapsedSeconds'>;

export interface Progress {
  /** May be called as often as one likes; shows something only when it is time to. */
  update(state: ProgressUpdate): void;
  /** Takes the line away; later updates show nothing. */
  finish(): void;
}

/** Before this much time has passed, a rate says more about the start than about the work. */
const settledSeconds = 2;
const rewriteEvery = 0.2;
const printEvery = 15;
const labelLimit = 60;

/**
 * One line, such as `dump app · 12 of 21 tables · 3.4 MB of about 12.0 MB · 1.7 MB/s · about 5.1 s left`. Time left is
 * told only when it is known: not in the first two seconds, not without an estimate, not once the estimate is exceeded.
 */
export function progressLine(state: ProgressState): string {
  const { tablesDone, tablesTotal, bytesDone, bytesTotal, elapsedSeconds } = state;
  const bytesLeft = bytesTotal === undefined || bytesTotal < bytesDone ? undefined : bytesTotal - bytesDone;
  const total = bytesTotal === undefined || bytesLeft === undefined ? '' : ` of about ${formatBytes(bytesTotal)}`;
  const settled = elapsedSeconds >= settledSeconds && bytesDone > 0;
  const parts = [
    clip(harmless(state.label), labelLimit),
    tablesTotal > 0 ? `${formatCount(tablesDone)} of ${plural(tablesTotal, 'table')}` : undefined,
    bytesDone > 0 || total !== '' ? `${formatBytes(bytesDone)}${total}` : undefined,
    settled ? formatRate(bytesDone, elapsedSeconds) : undefined,
    settled && bytesLeft !== undefined && bytesLeft > 0
      ? timeLeft((bytesLeft / bytesDone) * elapsedSeconds)
      : undefined,
  ];
  return parts.filter(part => part !== undefined).join(' · ');
}

/** Whole seconds, as anything finer would pretend to a precision that no estimate has. */
function timeLeft(seconds: number): string {
  return seconds < 10 ? `about ${Math.ceil(seconds)} s left` : `about ${formatDuration(seconds)} left`;
}

/**
 * Shows progress as suits the place: one line that is rewritten at most five times a second on a terminal, a new line
 * every fifteen seconds in the log of a CI, so that short work prints nothing there.
 */
export function createProgress(options: {
  readonly platform: Pick<Platform, 'interactive' | 'info' | 'transient'>;
  readonly clock: ProgressClock;
  readonly label: string;
}): Progress {
  const { platform, clock, label } = options;
  const startedAt = clock.seconds();
  const interval = platform.interactive ? rewriteEvery : printEvery;
  let shownAt = platform.interactive ? Number.NEGATIVE_INFINITY : startedAt;
  let finished = false;
  return {
    update(state) {
      const now = clock.seconds();
      if (finished || now - shownAt < interval) return;
      const line = progressLine({ ...state, label, elapsedSeconds: now - startedAt });
      if (platform.interactive) platform.transient(line);
      else platform.info(line);
      shownAt = now;
    },
    finish() {
      if (finished) return;
      finished = true;
      // An empty line wipes the last one, which would otherwise stay under the next output.
      if (platform.interactive && Number.isFinite(shownAt)) platform.transient('');
    },
  };
}
