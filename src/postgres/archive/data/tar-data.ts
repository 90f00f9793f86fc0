import { open } from 'node:fs/promises';
import type { TocEntry } from '../model.ts';
import { readTarMembers, type TarMember } from '../tar.ts';
import { type Bytes, fileBytes } from './bytes.ts';
import { damagedData } from './damaged.ts';
import { folderLargeObjects } from './folder-large-objects.ts';
import type { ArchiveData } from './members.ts';

/** The data of a tar archive, which is never compressed. */
export async function openTarData(path: string): Promise<ArchiveData> {
  const handle = await open(path, 'r');
  const read = async (position: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  const { size } = await handle.stat();
  const listed = await readTarMembers({ name: path, size, read }).catch(async error => {
    await handle.close();
    throw error;
  });
  const members = new Map(listed.map(member => [member.name, member]));
  const named = (name: string): TarMember => {
    const member = members.get(name);
    if (member === undefined) throw damagedData(path, `the file ${name} is missing`);
    return member;
  };
  async function* content(name: string): Bytes & AsyncGenerator<Buffer> {
    const { position, bytes } = named(name);
    let left = bytes;
    for await (const piece of fileBytes(handle, position)) {
      if (left === 0) return;
      yield piece.subarray(0, left);
      left -= Math.min(left, piece.length);
    }
    if (left > 0) throw damagedData(path, `the file ${name} is cut off`);
  }
  const list = async (name: string): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const piece of content(name)) pieces.push(piece);
    return Buffer.concat(pieces).toString('latin1');
  };
  return {
    async *member({ dumpId, location }) {
      if (location.kind !== 'file' || location.name === undefined)
        throw damagedData(path, `entry ${dumpId} names no file`);
      yield* content(location.name);
    },
    largeObjects: entry => folderLargeObjects(path, listNamed(entry, members), content, list),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The table of contents does not name the list of large objects: from format 1.16 on each entry has one of its own. */
function listNamed(entry: TocEntry, members: ReadonlyMap<string, unknown>): TocEntry {
  const own = `blobs_${entry.dumpId}.toc`;
  return { ...entry, location: { kind: 'file', name: members.has(own) ? own : 'blobs.toc' } };
}
