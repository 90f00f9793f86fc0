import type { BigIntStats } from 'node:fs';

/** Hashes of files that one run has taken, so that it reads none twice. */
export interface KnownHashes {
  /** Undefined where the file has not been hashed, or somebody has written to it since, or may have. */
  recall(now: BigIntStats): string | undefined;
  /** `before` is what the file system said at `begun` (milliseconds since 1970), when the hashing began. */
  learn(before: BigIntStats, begun: number, sha256: string): void;
}

/**
 * Milliseconds. File systems count time in ticks, so that a file which was written to just before its hashing could be
 * written to again and bear the same time: 1 to 10 ms on Linux, and up to 2 s where only whole seconds are kept.
 */
function longestTick(ctimeNs: bigint): number {
  return ctimeNs % 1_000_000_000n === 0n ? 2_000 : 50;
}

/**
 * A file is the same as long as its number, its length and the time of its last change of status are: nobody can set that
 * time, as one can the time of modification (POSIX, "utimensat"). It stays when a folder above gets another name.
 */
export function knownHashes(): KnownHashes {
  const known = new Map<string, string>();
  const key = ({ dev, ino, size, ctimeNs }: BigIntStats) => `${dev}:${ino}:${size}:${ctimeNs}`;
  return {
    recall: now => known.get(key(now)),
    learn(before, begun, sha256) {
      if (Number(before.ctimeMs) < begun - longestTick(before.ctimeNs)) known.set(key(before), sha256);
    },
  };
}
