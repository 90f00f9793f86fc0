import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 collect garbage before much of it lies about. With its defaults a drill of 10,000 tables had 430 MB in memory,
 * of which 80 were in use; like this it has 230, for a quarter more CPU time of this process, which is little beside that
 * of the tools and servers (measured with Node 24). Has to come before there is much in memory, as it does not shrink it.
 */
export function collectGarbageEarly(): void {
  // The young generation keeps the size that it starts with, and the old one is collected when it has grown by a half.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
