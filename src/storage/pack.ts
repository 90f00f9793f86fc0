import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { listFiles } from '../dumpset/checksums.ts';
import type { ObjectContent } from './object-store.ts';

interface PackedEntry {
  readonly path: string;
  readonly name: string;
  readonly size: number;
}

/** Of the blocks that a tar is made of. */
const blockBytes = 512;

/**
 * Packs a dump set into one tar without compressing again. The same dump set always gives the same bytes: entries are
 * sorted and carry no owner, and `modified` is the time of all of them. How many bytes there will be is known before.
 */
export async function packDumpSet(folder: string, modified: Date): Promise<ObjectContent> {
  const root = basename(folder);
  const paths = [...(await listFiles(folder))].sort();
  const entries: PackedEntry[] = [];
  for (const path of paths) {
    const full = join(folder, path);
    entries.push({ path: full, name: `${root}/${path}`, size: (await stat(full)).size });
  }
  let bytes = 0;
  for await (const chunk of packEntries(entries, modified, 'headers')) bytes += chunk.length;
  for (const { size } of entries) bytes += Math.ceil(size / blockBytes) * blockBytes;
  return { bytes, chunks: packEntries(entries, modified, 'all') };
}

/** Only `headers`: as if every file were empty, which makes no header longer or shorter. */
async function* packEntries(
  entries: readonly PackedEntry[],
  modified: Date,
  what: 'headers' | 'all',
): AsyncGenerator<Buffer> {
  const archive = pack();
  const fed = feed(archive, entries, modified, what).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of archive) yield chunk as Buffer;
  } finally {
    archive.destroy();
    await fed;
  }
}

async function feed(archive: Pack, entries: readonly PackedEntry[], modified: Date, what: 'headers' | 'all') {
  for (const { path, name, size } of entries) {
    const header = { name, mode: 0o600, mtime: modified, type: 'file' } as const;
    if (what === 'headers') archive.entry({ ...header, size: 0 }, '');
    else await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), archive.entry({ ...header, size }));
  }
  archive.finalize();
}
