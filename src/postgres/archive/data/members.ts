import { type FileHandle, open, readFile } from 'node:fs/promises';
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
      return folderData(path, archive.header.compression.kind);
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

function folderData(folder: string, likely: Compression['kind']): ArchiveData {
  return {
    async *member({ dumpId, location }) {
      if (location.kind !== 'file' || location.name === undefined)
        throw damagedData(folder, `entry ${dumpId} names no file`);
      yield* memberFile(folder, location.name, likely);
    },
    largeObjects: entry =>
      folderLargeObjects(
        folder,
        entry,
        name => memberFile(folder, name, likely),
        name => readFile(join(folder, name), 'latin1'),
      ),
    [Symbol.asyncDispose]: async () => {},
  };
}

const suffixes: readonly (readonly [kind: Compression['kind'], suffix: string])[] = [
  ['none', ''],
  ['gzip', '.gz'],
  ['lz4', '.lz4'],
  ['zstd', '.zst'],
];

/**
 * A member of a folder. The name in the table of contents lacks the suffix of its compression: `likely` is that of the
 * archive, which nothing checks.
 */
async function* memberFile(folder: string, name: string, likely: Compression['kind']): AsyncGenerator<Buffer> {
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) throw damagedData(folder, 'it names a file outside of it');
  for (const [kind, suffix] of suffixes.toSorted(([one], [other]) => rank(one, likely) - rank(other, likely))) {
    const path = join(folder, name + suffix);
    const handle = await openMember(path);
    if (handle === undefined) continue;
    try {
      yield* decode(fileBytes(handle), { kind, container: 'file' }, path);
    } finally {
      await handle.close();
    }
    return;
  }
  throw damagedData(folder, `the file ${name} is missing`);
}

function rank(kind: Compression['kind'], likely: Compression['kind']): number {
  return kind === likely ? 0 : 1;
}

/** Undefined where there is no such file. */
async function openMember(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    if (reason === 'ENOENT') return undefined;
    throw fault('PGR221', `${path} cannot be read (${reason})`, 'check the path and its permissions', error);
  }
}
