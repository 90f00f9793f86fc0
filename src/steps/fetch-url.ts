import { createHash } from 'node:crypto';
import { fault } from '../errors.ts';
import type { PlannedFetch } from '../plan/plan.ts';
import { seen } from '../storage/packed/cut.ts';
import { longestIndex, parseIndex } from '../storage/packed/packed-index.ts';
import { peek } from '../storage/packed/plain-chunks.ts';
import { readParts } from '../storage/packed/read-parts.ts';
import { shownUrl } from '../storage/read-url.ts';
import { type FoundSet, tooLarge } from './found-set.ts';
import type { Runtime } from './runtime.ts';

type Source = Extract<PlannedFetch['source'], { kind: 'url' }>;

/** Looks at what an address leads to: a packed dump set, or the index of one, whose parts lie beside it. */
export async function findAtUrl(
  { url: secret, sha256 }: Source,
  { maximumBytes, allowForeign }: PlannedFetch,
  { readUrl, signal }: Runtime,
): Promise<FoundSet> {
  const url = new URL(secret.reveal());
  const from = shownUrl(url);
  const notes =
    sha256 === undefined ? [`nothing but its address says what it is, as the file allows: ${allowForeign}`] : [];
  const whole = () => exactly(from, readUrl(url, signal), sha256, maximumBytes);
  const { head, close } = await peek(readUrl(url, signal), 1);
  await close();
  if (head.toString() !== '{') {
    return { from, parts: undefined, index: undefined, onDisk: false, notes, open: whole };
  }
  const index = parseIndex(await textOf(from, whole()));
  if (index === undefined) throw fault('PGR172', `${from} is no index of a dump set`, 'check the address');
  const open = () => readParts(index, ({ name }) => readUrl(new URL(name, url), signal));
  return { from, parts: index.parts, index, onDisk: false, notes, open };
}

/** The same bytes, which end with an error where they are too many, or not those of the hash. */
async function* exactly(
  from: string,
  chunks: AsyncIterable<Buffer>,
  sha256: string | undefined,
  maximumBytes: number,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  yield* seen(chunks, chunk => {
    bytes += chunk.length;
    if (bytes > maximumBytes) throw tooLarge(bytes, maximumBytes);
    hash.update(chunk);
  });
  const found = hash.digest('hex');
  if (sha256 === undefined || found === sha256) return;
  throw fault('PGR172', `${from} has SHA-256 ${found} instead of ${sha256}`, 'nothing of it was used');
}

async function textOf(from: string, chunks: AsyncIterable<Buffer>): Promise<string> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > longestIndex) throw fault('PGR172', `${from} is no index of a dump set`, 'check the address');
    kept.push(chunk);
  }
  return Buffer.concat(kept).toString('utf8');
}
