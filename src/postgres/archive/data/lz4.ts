import type { Bytes } from './bytes.ts';
import { damagedData } from './damaged.ts';
import { decodeLz4Block, lz4Window } from './lz4-block.ts';
import { createXxhash32 } from './xxhash32.ts';

const magic = 0x184d2204;
const blockSizes: Readonly<Record<number, number>> = { 4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20 };

/** The content of LZ4 frames, one after another (lz4_Frame_format.md), every checksum checked. Throws PGR302. */
export async function* decodeLz4(source: Bytes, file: string): AsyncGenerator<Buffer> {
  const input = createInput(source, file);
  do yield* frame(input, file);
  while (await input.more());
}

interface Flags {
  readonly linked: boolean;
  readonly blockChecksum: boolean;
  readonly contentChecksum: boolean;
  readonly blockSize: number;
}

async function* frame(input: Input, file: string): AsyncGenerator<Buffer> {
  const flags = await readFlags(input, file);
  const content = createXxhash32();
  // History and block in one piece of memory, as matches of linked blocks reach back.
  const memory = Buffer.alloc(lz4Window + flags.blockSize);
  let history = 0;
  for (;;) {
    const size = await input.number();
    if (size === 0) break;
    const [stored, length] = [size >= 2 ** 31, size % 2 ** 31];
    if (length > flags.blockSize) throw damagedData(file, 'an LZ4 block is larger than its frame allows');
    const block = await input.take(length);
    if (flags.blockChecksum && (await input.number()) !== checksum(block))
      throw damagedData(file, 'the checksum of an LZ4 block does not hold');
    const end = stored ? history + block.copy(memory, history) : decodeLz4Block(block, memory, history);
    if (end === undefined || end - history > flags.blockSize) throw damagedData(file, 'an LZ4 block cannot be decoded');
    const bytes = Buffer.from(memory.subarray(history, end));
    content.update(bytes);
    yield bytes;
    const kept = flags.linked ? Math.min(end, lz4Window) : 0;
    memory.copyWithin(0, end - kept, end);
    history = kept;
  }
  if (flags.contentChecksum && (await input.number()) !== content.digest())
    throw damagedData(file, 'the checksum of the LZ4 data does not hold');
}

async function readFlags(input: Input, file: string): Promise<Flags> {
  if ((await input.number()) !== magic) throw damagedData(file, 'it does not begin as LZ4 data does');
  const descriptor = await input.take(2);
  const [flags = 0, sizes = 0] = descriptor;
  const rest = await input.take((flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0));
  const [headerChecksum] = await input.take(1);
  const blockSize = blockSizes[sizes >> 4];
  const holds = headerChecksum === ((checksum(Buffer.concat([descriptor, rest])) >> 8) & 0xff);
  if (flags >> 6 !== 1 || blockSize === undefined || !holds) throw damagedData(file, 'its LZ4 header is not valid');
  return {
    linked: (flags & 32) === 0,
    blockChecksum: (flags & 16) !== 0,
    contentChecksum: (flags & 4) !== 0,
    blockSize,
  };
}

function checksum(bytes: Buffer): number {
  const hash = createXxhash32();
  hash.update(bytes);
  return hash.digest();
}

interface Input {
  /** Exactly so many bytes; throws PGR302 if there are fewer. */
  take(count: number): Promise<Buffer>;
  /** An unsigned number of four bytes. */
  number(): Promise<number>;
  /** Whether anything follows. */
  more(): Promise<boolean>;
}

function createInput(source: Bytes, file: string): Input {
  const pieces = source[Symbol.asyncIterator]();
  let current: Buffer = Buffer.alloc(0);
  const fill = async (count: number): Promise<boolean> => {
    while (current.length < count) {
      const next = await pieces.next();
      if (next.done === true) return false;
      current = current.length === 0 ? next.value : Buffer.concat([current, next.value]);
    }
    return true;
  };
  const take = async (count: number): Promise<Buffer> => {
    if (!(await fill(count))) throw damagedData(file, 'its LZ4 data is cut off');
    const taken = current.subarray(0, count);
    current = current.subarray(count);
    return taken;
  };
  return { take, number: async () => (await take(4)).readUInt32LE(), more: () => fill(1) };
}
