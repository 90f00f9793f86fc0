import { fault, type RoundtripError } from '../../errors.ts';
import type { Archive, TocEntry } from './model.ts';
import type { Input } from './scanner.ts';

/** One file in a tar file: where its bytes begin, and how many there are. */
export interface TarMember {
  readonly name: string;
  readonly position: number;
  readonly bytes: number;
}

const block = 512;

/**
 * The members of a tar file that pg_dump has written, by their headers alone (pg_backup_tar.c, src/port/tar.c). Throws
 * PGR302 unless every member is there in full and two empty blocks mark the end: pg_restore takes a tar file that was cut
 * off for a whole one, or waits for ever.
 */
export async function readTarMembers(input: Input): Promise<readonly TarMember[]> {
  const members: TarMember[] = [];
  for (let at = 0; ; ) {
    if (at + 2 * block > input.size) throw damaged(input, `it ends at byte ${input.size}: it is cut off`);
    const header = await input.read(at, block);
    if (header.every(byte => byte === 0)) {
      if ((await input.read(at + block, block)).every(byte => byte === 0)) return members;
      throw damaged(input, `one empty block alone is at byte ${at}`);
    }
    const name = field(header, 0, 100);
    const bytes = number(header, 124, 12);
    if (!checksumHolds(header) || bytes === undefined) throw damaged(input, `no header of a member is at byte ${at}`);
    const position = at + block;
    members.push({ name, position, bytes });
    at = position + Math.ceil(bytes / block) * block;
  }
}

/** Throws PGR302 if the data of an entry is not in the tar file that its table of contents came from. */
export function checkTarMembers(input: Input, archive: Archive, members: readonly TarMember[]): void {
  const names = new Set(members.map(({ name }) => name));
  const missing = archive.entries.find(entry => entry.hasData && !possibleNames(entry).some(name => names.has(name)));
  if (missing !== undefined) throw damaged(input, `the data of entry ${missing.dumpId} is missing`);
}

/** The list of large objects is called otherwise than the table of contents says: one of each entry since format 1.16. */
function possibleNames({ dumpId, description, location }: TocEntry): readonly string[] {
  const named = location.kind === 'file' && location.name !== undefined ? [location.name] : [];
  return description === 'BLOBS' ? [...named, `blobs_${dumpId}.toc`, 'blobs.toc'] : named;
}

/** A piece of a file as a file of its own. */
export function memberInput(input: Input, { name, position, bytes }: TarMember): Input {
  return {
    name: `${input.name}, member ${name}`,
    size: bytes,
    read: (from, length) => input.read(position + from, Math.min(length, bytes - from)),
  };
}

function field(header: Buffer, start: number, length: number): string {
  const text = header.toString('latin1', start, start + length);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** Octal digits, or for large files a binary number whose first bit is set. Undefined for anything else. */
function number(header: Buffer, start: number, length: number): number | undefined {
  if (header[start] === 0x80) {
    const value = header.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = field(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** The sum of all bytes of the header, its own eight taken for blanks. */
function checksumHolds(header: Buffer): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return number(header, 148, 8) === sum;
}

function damaged(input: Input, what: string): RoundtripError {
  return fault(
    'PGR302',
    `${input.name} is damaged: ${what}`,
    'make the dump again, or fetch it again if it was copied from elsewhere',
  );
}
