import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fault } from '../errors.ts';

/** Whom a server runs as. Postgres refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to hand a server to: undefined where our own user will do, else `postgres` or `nobody`.
 *
 * @throws PGR240 when we are root and neither exists.
 */
export async function chooseServerUser(ownUid: number | undefined): Promise<ServerUser | undefined> {
  if (ownUid !== 0) return undefined;
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const user = findAccount(accounts, 'postgres') ?? findAccount(accounts, 'nobody');
  if (user !== undefined) return user;
  throw fault(
    'PGR240',
    'Postgres refuses to run as root, and this machine has neither a user "postgres" nor "nobody"',
    'run as an ordinary user',
  );
}

/** One account of `/etc/passwd`, unless it is root's. */
export function findAccount(accounts: string, name: string): ServerUser | undefined {
  const fields = accounts
    .split('\n')
    .map(line => line.split(':'))
    .find(([account]) => account === name);
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : undefined;
}

/** What one file's mode lets a user do; `wanted` in the bits of one class (4 read, 2 write, 1 enter or run). */
export function allows(
  file: { readonly mode: number; readonly uid: number; readonly gid: number },
  user: ServerUser,
  wanted: number,
): boolean {
  const shift = file.uid === user.uid ? 6 : file.gid === user.gid ? 3 : 0;
  return ((file.mode >> shift) & wanted) === wanted;
}

/** True where a user can enter a folder and every folder above it. */
export async function canReach(folder: string, user: ServerUser): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    if (!allows(await stat(current), user, 1)) return false;
    if (current === dirname(current)) return true;
  }
}
