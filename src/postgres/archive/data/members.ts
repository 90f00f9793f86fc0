import { access, type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../../errors.ts';
import type { Archive, Compression, TocEntry } from '../model.ts';
import { createBlockReader } from './block-reader.ts';
import { type Bytes, fileBytes } from './bytes.ts';
import { damagedData } from './damaged.ts';
import { decode } from './decode.ts';
import { findBlocks } from './find-blocks.ts';
import { folderLargeObjects } from './folder-large-objects.ts';
import { openTarData } from './tar-data.ts';

/** The data of an archive, member by member. Several members may be read at once. */
export interface ArchiveData extends AsyncDisposable {
  /** The decoded bytes of an entry's data: COPY text or INSERT statements. Throws PGR302 while they are read. */
  member(entry: TocEntry): Bytes;
  /** The large objects of a BLOBS entry; the bytes of each have to be read before the next one is asked for. */
  largeObjects(entry: TocEntry): AsyncIterable<LargeObject>;
}

export interface LargeObject {
  readonly oid: number;
  readonly bytes: Bytes;
}

/** Opens the data of an archive whose table of contents has been read. Throws PGR302 and PGR221. */
export async function openArchiveData(path: string, archive: Archive): Promise<ArchiveData> {
  switch (archive.header.format) {
    case 'directory':
      return folderData(path);
    case 'tar':
      return openTarData(path);
    case 'custom':
      return customData(path, archive);
  }
}

async function customData(path: string, { header, entries, tocBytes }: Archive): Promise<ArchiveData> {
  const { integerSize, compression } = header;
  const handle = await open(path, 'r');
  const positions = await findBlocks(handle, { path, integerSize, tocBytes, entries }).catch(async error => {
    await handle.close();
    throw error;
  });
  const container = 'custom';
  const blockOf = async (entry: TocEntry, type: 1 | 3) => {
    const position = positions.get(entry.dumpId);
    if (position === undefined) throw damagedData(path, `it has no block for entry ${entry.dumpId}`);
    const reader = createBlockReader(fileBytes(handle, position), integerSize, path, position);
    if ((await reader.byte()) !== type || (await reader.integer()) !== entry.dumpId)
      throw damagedData(path, `at byte ${position} there is not the block of entry ${entry.dumpId}`);
    return reader;
  };
  return {
    async *member(entry) {
      const reader = await blockOf(entry, 1);
      yield* decode(reader.chunks(), { kind: compression.kind, container }, path);
    },
    async *largeObjects(entry) {
      const reader = await blockOf(entry, 3);
      for (;;) {
        const oid = await reader.integer();
        if (oid === 0) return;
        // Written as a signed number.
        yield {
          oid: oid >>> 0,
          bytes: decode(reader.chunks(), { kind: compression.kind, container }, path),
        };
      }
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function folderData(folder: string): ArchiveData {
  return {
    async *member({ dumpId, location }) {
      if (location.kind !== 'file' || location.name === undefined)
        throw damagedData(folder, `entry ${dumpId} names no file`);
      yield* memberFile(folder, location.name);
    },
    largeObjects: entry =>
      folderLargeObjects(
        folder,
        entry,
        name => memberFile(folder, name),
        name => readFile(join(folder, name), 'latin1'),
      ),
    [Symbol.asyncDispose]: async () => {},
  };
}

const suffixes: Readonly<Record<string, Compression['kind']>> = {
  '': 'none',
  '.gz': 'gzip',
  '.lz4': 'lz4',
  '.zst': 'zstd',
};

/** A member of a folder: the name in the table of contents lacks the suffix of its compression. */
async function* memberFile(folder: string, name: string): AsyncGenerator<Buffer> {
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) throw damagedData(folder, 'it names a file outside of it');
  for (const [suffix, kind] of Object.entries(suffixes)) {
    const path = join(folder, name + suffix);
    if (!(await exists(path))) continue;
    const handle = await openMember(path);
    try {
      yield* decode(fileBytes(handle), { kind, container: 'file' }, path);
    } finally {
      await handle.close();
    }
    return;
  }
  throw damagedData(folder, `the file ${name} is missing`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function openMember(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw fault('PGR221', `${path} cannot be read (${reason})`, 'check the path and its permissions', error);
  }
}
