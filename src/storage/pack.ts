import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { listFiles } from '../dumpset/checksums.ts';

export interface PackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Packs a dump set into one tar file without compressing again, hashed while it is written. The same dump set always
 * gives the same bytes: entries are sorted and carry no owner, and `modified` is the time of all of them.
 */
export async function packDumpSet(
  folder: string,
  file: string,
  modified: Date,
  signal: AbortSignal,
): Promise<PackedFile> {
  const archive = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const written = pipeline(archive, tap, createWriteStream(file, { mode: 0o600, flags: 'wx', flush: true }), {
    signal,
  });
  const fed = feed(archive, folder, modified).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  await Promise.all([written, fed]);
  return { path: file, bytes, sha256: hash.digest('hex') };
}

async function feed(archive: Pack, folder: string, modified: Date): Promise<void> {
  for (const path of [...(await listFiles(folder))].sort()) {
    const full = join(folder, path);
    const { size } = await stat(full);
    const header = { name: `${basename(folder)}/${path}`, size, mode: 0o600, mtime: modified, type: 'file' } as const;
    await pipeline(createReadStream(full, { highWaterMark: 1 << 20 }), archive.entry(header));
  }
  archive.finalize();
}
