import type { TocEntry } from '../model.ts';
import type { Bytes } from './bytes.ts';
import { damagedData } from './damaged.ts';
import type { LargeObject } from './members.ts';

/** The large objects that the list of a BLOBS entry names: lines of an OID and a file, never compressed itself. */
export async function* folderLargeObjects(
  folder: string,
  { dumpId, location }: TocEntry,
  read: (name: string) => Bytes,
  readList: (name: string) => Promise<string>,
): AsyncGenerator<LargeObject> {
  const listed = location.kind === 'file' ? location.name : undefined;
  // Up to format 1.15 there is one list, which a tar archive's table of contents does not name.
  const name = listed?.endsWith('.toc') === true ? listed : 'blobs.toc';
  const text = await readList(name).catch(() => {
    throw damagedData(folder, `the list of large objects of entry ${dumpId} is missing`);
  });
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, oid, file] = /^(\d{1,10}) (blob_\d+\.dat)$/.exec(line) ?? [];
    if (oid === undefined || file === undefined)
      throw damagedData(folder, `the list ${name} has a line that pg_dump does not write`);
    yield { oid: Number(oid), bytes: read(file) };
  }
}
