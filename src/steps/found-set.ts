import { fault } from '../errors.ts';
import { formatBytes } from '../report/format.ts';
import type { PackedIndex, PackedPart } from '../storage/packed/packed-index.ts';

/** A packed dump set that was found somewhere, and nothing of it read yet. */
export interface FoundSet {
  /** For people. */
  readonly from: string;
  /** What it is made of; undefined where only reading it tells. */
  readonly parts: readonly PackedPart[] | undefined;
  /** What was told of it beforehand; undefined where only its content tells. */
  readonly index: Pick<PackedIndex, 'dumpSet' | 'finishedAt'> | undefined;
  /** Whether it lies on this disk while it is unpacked. */
  readonly onDisk: boolean;
  readonly notes: readonly string[];
  /** The bytes as they are stored; a second time, too. Ends with an error where they are not what was published. */
  readonly open: () => AsyncIterable<Buffer>;
}

export function tooLarge(bytes: number, maximumBytes: number): Error {
  const what = `the dump set has ${formatBytes(bytes)}, and at most ${formatBytes(maximumBytes)} are fetched`;
  return fault('PGR176', what, 'check that it is the right one, or raise `max-size`');
}
