import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from '../object-store.ts';
import { fileFault } from './file-fault.ts';
import { isAbsent, refuseOutside } from './inside.ts';
import { partialPattern } from './write-file.ts';

/**
 * Every file of the folder and those in it; a folder that does not exist yet has none. Links are no objects: what they
 * lead to is listed by its own name, and one that leads out of the folder is refused.
 *
 * @throws PGR130, PGR232
 */
export async function listFolder(folder: string, signal: AbortSignal): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  try {
    const root = await realpath(folder).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (root !== undefined) await gather(root, '', found, signal);
  } catch (error) {
    throw fileFault(`${folder} could not be listed`, error);
  }
  return found.sort((one, other) => (one.key < other.key ? -1 : 1));
}

async function gather(root: string, below: string, found: StoredObject[], signal: AbortSignal): Promise<void> {
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    signal.throwIfAborted();
    const key = below === '' ? entry.name : `${below}/${entry.name}`;
    const path = join(root, key);
    if (entry.isSymbolicLink()) await checkLink(root, path);
    else if (entry.isDirectory()) await gather(root, key, found, signal);
    else if (entry.isFile() && !partialPattern.test(entry.name)) {
      const facts = await lstat(path).catch(unlessAbsent);
      // One that was deleted since is none any more.
      if (facts !== undefined) found.push({ key, bytes: facts.size, modifiedAt: facts.mtime });
    }
  }
}

async function checkLink(root: string, path: string): Promise<void> {
  const target = await realpath(path).catch(unlessAbsent);
  if (target !== undefined) refuseOutside(root, target, path);
}

function unlessAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}
