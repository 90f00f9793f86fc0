import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 collect garbage before much of it lies about. With its defaults a drill of 10,000 tables had 340 MB in memory,
 * of which 50 were in use; like this it has 185, for the same CPU time of this process within what it varies by (measured
 * with Node 24). Has to come before there is much in memory, as it does not shrink it.
 */
export function collectGarbageEarly(): void {
  // The young generation keeps the size that it starts with, and the old one is collected when it has grown by three tenths.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}
