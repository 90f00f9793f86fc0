import { chown, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.ts';
import { canReach, type ServerUser } from './server-user.ts';

/** A socket's path may have 107 bytes on Linux and 103 elsewhere, its name and a lock's ending included. */
const longestSocketFolder = 80;

export interface ServerFolder {
  /** Holds everything of the server: data, log, socket and, where needed, a copy of its programs. */
  readonly path: string;
  readonly dataFolder: string;
  /** Undefined where sockets are not used. */
  readonly socketFolder: string | undefined;
  /** Everything that has to be removed afterwards. */
  readonly all: readonly string[];
}

/** Makes a fresh folder of mode 0700 that belongs to the server's user, below the first parent that this user can enter. */
export async function makeServerFolder(
  parents: readonly string[],
  user: ServerUser | undefined,
): Promise<ServerFolder> {
  const path = await makeBelow(parents, user);
  const dataFolder = join(path, 'data');
  if (process.platform === 'win32') return { path, dataFolder, socketFolder: undefined, all: [path] };
  if (Buffer.byteLength(path) <= longestSocketFolder) return { path, dataFolder, socketFolder: path, all: [path] };
  const socketFolder = await makeBelow(['/tmp', '/var/tmp'], user);
  return { path, dataFolder, socketFolder, all: [path, socketFolder] };
}

/** Removes what `makeServerFolder` made; tries again while a dying server still writes into it. */
export async function removeServerFolder(folder: Pick<ServerFolder, 'all'>): Promise<void> {
  for (const path of folder.all) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function makeBelow(parents: readonly string[], user: ServerUser | undefined): Promise<string> {
  for (const parent of parents) {
    if (user !== undefined && !(await canReach(parent, user).catch(() => false))) continue;
    const path = await mkdtemp(join(parent, 'pg-roundtrip-'));
    if (user !== undefined) await chown(path, user.uid, user.gid);
    return path;
  }
  throw fault(
    'PGR240',
    `the server's user cannot enter ${parents.join(' or ')}`,
    'name a folder that every user can enter in TMPDIR',
  );
}
