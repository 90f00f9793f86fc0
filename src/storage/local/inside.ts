import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fault } from '../../errors.ts';

/**
 * The folder that a key's file is in, as it really is; undefined where it does not exist yet.
 *
 * @throws PGR130 where a link leads out of the store.
 */
export async function realPlace(folder: string, key: string): Promise<string | undefined> {
  const root = await real(folder);
  if (root === undefined) return undefined;
  const parts = dirname(key) === '.' ? [] : dirname(key).split('/');
  let place = root;
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const next = await real(join(root, ...parts.slice(0, depth)));
    if (next === undefined) return undefined;
    refuseOutside(root, next, join(folder, ...parts.slice(0, depth)));
    place = next;
  }
  return place;
}

/** @throws PGR130 */
export function refuseOutside(root: string, place: string, shown: string): void {
  if (place === root || place.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw fault('PGR130', `${shown} is a link that leads out of the storage`, 'remove the link, or name its target');
}

async function real(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
