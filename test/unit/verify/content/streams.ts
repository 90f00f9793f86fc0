/** Bytes in pieces of random lengths, as a network would give them. `seed` makes a failure repeatable. */
export async function* inPieces(text: string, seed: number, most = 9): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const random = numbers(seed);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + (random() % most);
    yield Buffer.from(bytes.subarray(at, at + length));
    at += length;
  }
}

/** A small generator of pseudorandom numbers (xorshift). */
export function numbers(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
