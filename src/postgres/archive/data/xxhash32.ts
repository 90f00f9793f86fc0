const primes = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;

/** XXH32 with seed 0, the checksum of LZ4 frames (xxhash_spec.md), over bytes that come in pieces. */
export function createXxhash32() {
  const lanes = [primes[0] + primes[1], primes[1], 0, -primes[0]].map(lane => lane | 0) as [
    number,
    number,
    number,
    number,
  ];
  let total = 0;
  let held: Buffer = Buffer.alloc(0);

  const stripes = (bytes: Buffer): number => {
    let at = 0;
    for (; at + 16 <= bytes.length; at += 16)
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane] ?? 0, bytes.readInt32LE(at + lane * 4));
    return at;
  };

  return {
    update(bytes: Buffer): void {
      total += bytes.length;
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      held = Buffer.from(all.subarray(stripes(all)));
    },
    /** As an unsigned number. */
    digest(): number {
      let hash =
        total >= 16
          ? rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18)
          : primes[4];
      hash = (hash + total) | 0;
      let at = 0;
      for (; at + 4 <= held.length; at += 4)
        hash = Math.imul(rotate((hash + Math.imul(held.readInt32LE(at), primes[2])) | 0, 17), primes[3]);
      for (; at < held.length; at++)
        hash = Math.imul(rotate((hash + Math.imul(held[at] ?? 0, primes[4])) | 0, 11), primes[0]);
      hash = Math.imul(hash ^ (hash >>> 15), primes[1]);
      hash = Math.imul(hash ^ (hash >>> 13), primes[2]);
      return (hash ^ (hash >>> 16)) >>> 0;
    },
  };
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, primes[1])) | 0, 13), primes[0]);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
