import { openHeader, payloadKey, readHeader } from './header.ts';
import type { DecryptWith } from './keys.ts';
import { openPayload } from './payload.ts';

/**
 * Decrypts a stream in the format age v1, binary and not armored. Fits into `pipeline`. What it gives has been checked
 * piece by piece, but is only whole when it ends without an error: write it to a file of another name until then.
 *
 * @throws PGR145 when no identity and no passphrase fits, PGR146 when something of another kind is needed, PGR172 when it
 *   is not as it was written.
 */
export async function* decrypt(
  chunks: AsyncIterable<Buffer>,
  key: DecryptWith | undefined,
): AsyncGenerator<Buffer, void, void> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    const { header, salt, begun } = await readHeader(source);
    const fileKey = await openHeader(header, key);
    yield* openPayload(following(begun, source), payloadKey(fileKey, salt));
  } finally {
    await source.return?.();
  }
}

/** What was read already, and the rest of its source. */
async function* following(begun: Buffer, source: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield begun;
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
}
