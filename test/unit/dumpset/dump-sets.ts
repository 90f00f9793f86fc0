import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beginDumpSet, finishDumpSet } from '../../../src/dumpset/finish.ts';
import type { Manifest } from '../../../src/dumpset/manifest.ts';
import { manifest } from '../plan/contexts.ts';

/** A temporary folder for as long as `body` takes. */
export async function withFolder<Result>(body: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'dump-sets-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes files and the folders above them. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** A manifest whose one database is in the folder `app.dir`. */
export const appManifest: Manifest = manifest(['app']);

export const appFiles = { 'app.dir/toc.dat': 'toc', 'app.dir/4021.dat.gz': 'rows', 'globals.sql': 'create role x;' };

/** Makes a finished dump set. */
export async function makeDumpSet(folder: string, files: Readonly<Record<string, string>> = appFiles): Promise<string> {
  const partial = `${folder}.partial`;
  await beginDumpSet(folder, partial);
  await writeFiles(partial, files);
  await finishDumpSet(folder, partial, appManifest);
  return folder;
}
