import { unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkKey } from '../object-key.ts';
import type { ObjectStore } from '../object-store.ts';
import { fileFault } from './file-fault.ts';
import { isAbsent, realPlace } from './inside.ts';
import { listFolder } from './list-folder.ts';
import { readFile } from './read-file.ts';
import { syncFolder, writeFile } from './write-file.ts';

/**
 * Objects as the files of a folder, for their user alone. The folder, and those in it, are made as objects need them;
 * links do not lead out of it. Its file system has to have hard links.
 */
export function localStore(folder: string): ObjectStore {
  return {
    place: folder,
    put: async (key, content, signal) => {
      checkKey(key);
      await writeFile(folder, key, content, signal);
    },
    get: (key, signal) => {
      checkKey(key);
      return readFile(folder, key, signal);
    },
    list: signal => listFolder(folder, signal),
    remove: async key => {
      checkKey(key);
      const file = join(folder, key);
      try {
        if ((await realPlace(folder, key)) === undefined) return;
        await unlink(file);
        await syncFolder(dirname(file));
      } catch (error) {
        if (!isAbsent(error)) throw fileFault(`${file} could not be deleted`, error);
      }
    },
  };
}
