import { readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault, RoundtripError } from '../../errors.ts';
import type { LockedSet } from '../lock/lock.ts';
import { checkSealed } from './integrity.ts';
import { manifestName } from './manifest.ts';
import type { SealedFolder } from './sealed-folder.ts';

/** How often another installer may come between before we give up, and milliseconds to let it finish. */
const attempts = 20;
const pause = 20;

/** The folder of a set, if it is there and sound. */
export async function presentFolder(root: string, set: LockedSet, place = root): Promise<SealedFolder | undefined> {
  try {
    return await checkSealed(root, set, place);
  } catch (error) {
    if (error instanceof RoundtripError && error.code === 'PGR254') return undefined;
    throw error;
  }
}

/**
 * Gives a finished folder its name. If another installer was faster and its folder is sound, that one stays; a sealed
 * folder that is damaged or of another set makes room. Several may do this at once: each step is one renaming, and
 * what somebody just moves away is looked at again.
 *
 * @throws PGR254 when something else than a sealed folder lies there: it could be anything, so it stays.
 */
export async function moveIntoPlace(made: string, root: string, set: LockedSet): Promise<SealedFolder> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await tryRename(made, root);
    const present = await presentFolder(root, set);
    if (present !== undefined) return present;
    if (await isSealed(root)) await moveAway(root, join(dirname(made), `replaced-${attempt}`), set);
    else await sleep(pause);
  }
  throw fault(
    'PGR254',
    `${root} cannot be used to install a client or server: something else lies there, or changes all the time`,
    'remove it, or name another folder',
  );
}

/**
 * Moves a damaged folder to where the caller removes everything in the end; programs that still run from there go on. If
 * another installer has replaced it at this very moment, the sound one is put back: it may be the last there is.
 */
async function moveAway(root: string, aside: string, set: LockedSet): Promise<void> {
  await tryRename(root, aside);
  if ((await presentFolder(aside, set, root)) !== undefined) await tryRename(aside, root);
}

async function isSealed(root: string): Promise<boolean> {
  const names = await readdir(root).catch((): readonly string[] => []);
  return names.includes(manifestName);
}

/** Renames, unless something is in the way or has just gone. */
async function tryRename(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const inTheWay = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT', ...(process.platform === 'win32' ? ['EPERM'] : [])];
    if (!inTheWay.includes(code)) throw error;
  }
}
