import { createHash } from 'node:crypto';
import { fault } from '../../errors.ts';
import { seen } from './cut.ts';
import type { PackedIndex, PackedPart } from './packed-index.ts';

/**
 * The bytes of a stored set, its parts put together again. A part that is not what its index says ends it with PGR172,
 * behind the bytes that were wrong: who takes them keeps nothing of them until the end has come.
 */
export async function* readParts(
  { parts }: Pick<PackedIndex, 'parts'>,
  open: (part: PackedPart) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  for (const part of parts) yield* checked(part, open(part));
}

async function* checked({ name, bytes, sha256 }: PackedPart, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let count = 0;
  yield* seen(chunks, chunk => {
    hash.update(chunk);
    count += chunk.length;
    if (count > bytes) throw damaged(name, `it has more than ${bytes} bytes`);
  });
  if (count !== bytes) throw damaged(name, `it has ${count} bytes instead of ${bytes}`);
  if (hash.digest('hex') !== sha256) throw damaged(name, 'its SHA-256 is another one');
}

function damaged(name: string, what: string): Error {
  return fault(
    'PGR172',
    `${name} is not what was published: ${what}`,
    'fetch another dump set; nothing of it was used',
  );
}
