import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { fault } from '../errors.ts';
import type { Runtime } from './runtime.ts';

/**
 * Throws PGR130 if writing a folder would leave the workspace and the folder for temporary files. The file's own words
 * were checked when it was read; but a link may lead out, and where the nearest folder that exists really is tells.
 */
export async function refuseEscapes(folder: string, { platform }: Pick<Runtime, 'platform'>): Promise<void> {
  const allowed = await Promise.all([platform.workspace, platform.temporary].map(path => realpath(path)));
  const real = await nearestFolder(dirname(folder));
  if (allowed.some(root => real === root || real.startsWith(root + sep))) return;
  throw fault('PGR130', `${folder} leads out of the workspace`, 'choose a folder below the workspace');
}

async function nearestFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return nearestFolder(dirname(path));
  }
}
