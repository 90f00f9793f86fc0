import type { FileHandle } from 'node:fs/promises';
import type { TocEntry } from '../model.ts';
import { createBlockReader } from './block-reader.ts';
import { fileBytes } from './bytes.ts';
import { damagedData } from './damaged.ts';

export interface CustomArchive {
  readonly path: string;
  readonly integerSize: number;
  readonly tocBytes: number;
  readonly entries: readonly TocEntry[];
}

/**
 * Where the data block of each entry begins, by dump id. pg_dump notes it at the end if it can; an archive that was
 * written through a pipe is read once to find its blocks.
 */
export async function findBlocks(handle: FileHandle, archive: CustomArchive): Promise<ReadonlyMap<number, number>> {
  const offsets = archive.entries.flatMap(({ dumpId, location }) =>
    location.kind === 'offset' && location.state !== 'none' ? [{ dumpId, ...location }] : [],
  );
  return offsets.some(({ state }) => state === 'unset')
    ? scan(handle, archive)
    : new Map(offsets.map(({ dumpId, position }) => [dumpId, position]));
}

async function scan(
  handle: FileHandle,
  { path, integerSize, tocBytes }: CustomArchive,
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  const reader = createBlockReader(fileBytes(handle, tocBytes), integerSize, path, tocBytes);
  for (;;) {
    const { position } = reader;
    const type = await reader.byte();
    if (type === undefined) return found;
    found.set(await reader.integer(), position);
    if (type === 1) await drain(reader.chunks());
    else if (type !== 3) throw damagedData(path, `no data block begins at byte ${position}`);
    else while ((await reader.integer()) !== 0) await drain(reader.chunks());
  }
}

async function drain(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes);
}
