import type { ArchiveMember } from '../sealed/ar.ts';

const endSignature = 0x06054b50;
const endBytes = 22;
const entrySignature = 0x02014b50;
const entryBytes = 46;
const localSignature = 0x04034b50;
const localBytes = 30;
/** A field that has its value in the extra field of ZIP64 instead. */
const elsewhere = 0xffffffff;

/**
 * Reads the members of a zip archive that are stored as they are, by its central directory (APPNOTE.TXT 4.3): the
 * outer form of a `.conda`. Of what a zip can have, such an archive needs no more.
 *
 * @throws a plain error that says what is wrong with the bytes.
 */
export function readStoredMembers(bytes: Buffer): readonly ArchiveMember[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const directory = bytes.readUInt32LE(end + 16);
  const members: ArchiveMember[] = [];
  let at = directory;
  for (let index = 0; index < count; index += 1) {
    expectHead(bytes, at, entrySignature, entryBytes, 'directory entry');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map(field => bytes.readUInt16LE(at + field)) as Lengths;
    const next = at + entryBytes + nameBytes + extraBytes + commentBytes;
    if (next > end) throw new Error('the directory of the zip archive is cut off');
    const name = bytes.toString('utf8', at + entryBytes, at + entryBytes + nameBytes);
    const encrypted = (bytes.readUInt16LE(at + 8) & 1) !== 0;
    if (encrypted || bytes.readUInt16LE(at + 10) !== 0)
      throw new Error(`${name} is not simply stored in the zip archive`);
    const extra = bytes.subarray(at + entryBytes + nameBytes, next - commentBytes);
    const [size, stored, local] = sizes(bytes, at, extra);
    if (size !== stored) throw new Error(`${name} has two sizes in the zip archive`);
    members.push({ name, bytes: content(bytes, name, local, stored, directory) });
    at = next;
  }
  return members;
}

type Lengths = [name: number, extra: number, comment: number];

function findEnd(bytes: Buffer): number {
  const furthest = Math.max(0, bytes.length - endBytes - 0xffff);
  for (let at = bytes.length - endBytes; at >= furthest; at -= 1) {
    if (bytes.readUInt32LE(at) === endSignature) return at;
  }
  throw new Error('it is no zip archive');
}

/** Size, stored size and place, each from the entry itself or, in this order, from its extra field of ZIP64. */
function sizes(bytes: Buffer, entry: number, extra: Buffer): readonly [number, number, number] {
  const large = largeValues(extra);
  const read = (field: number): number => {
    const value = bytes.readUInt32LE(entry + field);
    return value === elsewhere ? (large.shift() ?? Number.NaN) : value;
  };
  return [read(24), read(20), read(42)];
}

function largeValues(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(field.length / 8) }, (_, index) => Number(field.readBigUInt64LE(index * 8)));
  }
  return [];
}

function content(bytes: Buffer, name: string, local: number, size: number, directory: number): Buffer {
  expectHead(bytes, local, localSignature, localBytes, `header of ${name}`);
  const start = local + localBytes + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (!(start + size <= directory)) throw new Error(`the zip archive ends within ${name}`);
  return bytes.subarray(start, start + size);
}

function expectHead(bytes: Buffer, at: number, signature: number, length: number, what: string): void {
  if (!(at + length <= bytes.length) || bytes.readUInt32LE(at) !== signature) {
    throw new Error(`the zip archive has no ${what} at byte ${at}`);
  }
}
