import { join } from 'node:path';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { readArchive, readContents } from '../postgres/archive/read.ts';

/** The table of contents of a dumped database, whatever its format. */
export function readDumpedArchive(folder: string, { path, plain }: DumpedDatabase): Promise<Archive> {
  return plain === undefined ? readArchive(join(folder, path)) : readContents(join(folder, plain.contents));
}
