import type { Architecture } from '../lock/lock.ts';

/** What the loader reads of a program or shared object. */
export interface Elf {
  readonly architecture: Architecture;
  /** Path of the loader that it asks for; undefined for a shared object. */
  readonly interpreter: string | undefined;
  /** Names of the shared objects that it needs, in its order. */
  readonly needed: readonly string[];
}

/** Numbers of the System V ABI, see elf(5). */
const machines: Readonly<Record<number, Architecture>> = { 62: 'amd64', 183: 'arm64' };
const segment = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tag = { end: 0, needed: 1, stringTable: 5 } as const;
const segmentBytes = 56;
const tagBytes = 16;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/**
 * Reads a 64-bit little-endian ELF file by its program headers alone; sections may be missing.
 *
 * @throws a plain error for what is none, or ends too early, or points outside of itself.
 */
export function readElf(bytes: Buffer): Elf {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 6) !== '\x7fELF\x02\x01')
    throw new Error('it is no 64-bit ELF file');
  const machine = bytes.readUInt16LE(18);
  const architecture = machines[machine];
  if (architecture === undefined) throw new Error(`it is for another kind of processor (${machine})`);
  try {
    const segments = readSegments(bytes);
    const interpreter = segments.find(({ type }) => type === segment.interpreter);
    return {
      architecture,
      interpreter: interpreter && textAt(bytes, interpreter.offset),
      needed: readNeeded(bytes, segments),
    };
  } catch (error) {
    if (error instanceof RangeError) throw new Error('the ELF file points outside of itself', { cause: error });
    throw error;
  }
}

function readSegments(bytes: Buffer): readonly Segment[] {
  const [offset, size, count] = [word(bytes, 32), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  if (size < segmentBytes && count > 0) throw new RangeError('program headers too small');
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * size;
    return {
      type: bytes.readUInt32LE(at),
      offset: word(bytes, at + 8),
      address: word(bytes, at + 16),
      bytes: word(bytes, at + 32),
    };
  });
}

function readNeeded(bytes: Buffer, segments: readonly Segment[]): readonly string[] {
  const dynamic = segments.find(({ type }) => type === segment.dynamic);
  // Statically linked.
  if (dynamic === undefined) return [];
  const names: number[] = [];
  let table: number | undefined;
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.bytes; at += tagBytes) {
    const kind = word(bytes, at);
    if (kind === tag.end) break;
    if (kind === tag.needed) names.push(word(bytes, at + 8));
    if (kind === tag.stringTable) table = word(bytes, at + 8);
  }
  if (names.length === 0) return [];
  if (table === undefined) throw new RangeError('no string table');
  const start = fileOffset(segments, table);
  return names.map(name => textAt(bytes, start + name));
}

/** Where the byte with an address in memory lies in the file. */
function fileOffset(segments: readonly Segment[], address: number): number {
  const home = segments.find(
    one => one.type === segment.load && one.address <= address && address < one.address + one.bytes,
  );
  if (home === undefined) throw new RangeError('an address of no segment');
  return address - home.address + home.offset;
}

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  if (at >= bytes.length || end === -1) throw new RangeError('a text without an end');
  return bytes.toString('utf8', at, end);
}

/** A 64-bit number; one that no file could hold is as good as any other that lies outside. */
function word(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
