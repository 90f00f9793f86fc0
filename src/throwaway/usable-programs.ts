import { constants } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, readdir, readFile, readlink, realpath, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { ServerPrograms } from './server-programs.ts';
import { allows, canReach, type ServerUser } from './server-user.ts';

interface Link {
  /** What it leads to, relative to the package. */
  readonly source: string;
  readonly target: string;
}

/**
 * The folder from which a user can start the programs: the given one where that works as it is, else a copy of the
 * installation below `spare`. A copy is needed when a folder above is closed to the server's user (`/root`, a
 * `mktemp -d`), and when npm ran without scripts, so that the links between the package's libraries were never made.
 */
export async function usablePrograms(
  programs: Pick<ServerPrograms, 'folder' | 'installation'>,
  user: ServerUser | undefined,
  spare: string,
): Promise<string> {
  const folder = await realpath(programs.folder);
  const installation = programs.installation === undefined ? dirname(folder) : await realpath(programs.installation);
  const missing = await missingLinks(installation);
  const usable = user === undefined || ((await canReach(installation, user)) && (await isOpen(installation, user)));
  if (missing.length === 0 && usable) return programs.folder;
  const copy = join(spare, 'programs');
  await copyTree(installation, copy);
  for (const { source, target } of missing) {
    const path = join(copy, relative(basename(installation), target));
    await symlink(relative(dirname(target), source), path);
  }
  return join(copy, relative(installation, folder));
}

/** The links that the npm package lists and that are not there. Real installations have no such list. */
async function missingLinks(installation: string): Promise<readonly Link[]> {
  const text = await readFile(join(installation, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const listed: unknown = JSON.parse(text);
  const links = Array.isArray(listed) ? listed.filter(isLink) : [];
  const states = await Promise.all(
    links.map(({ target }) => lstat(join(dirname(installation), target)).catch(() => undefined)),
  );
  return links.filter((_, index) => states[index] === undefined);
}

function isLink(value: unknown): value is Link {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}

async function isOpen(folder: string, user: ServerUser): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!allows(await lstat(path), user, 5) || !(await isOpen(path, user))) return false;
    } else if (entry.isFile()) {
      const file = await lstat(path);
      if (!allows(file, user, isProgram(file.mode) ? 5 : 4)) return false;
    }
  }
  return true;
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await copyOrLink(source, target);
  }
}

/** A hard link costs no space, but shares the mode: only what everyone may read already can be linked. */
async function copyOrLink(source: string, target: string): Promise<void> {
  const { mode } = await lstat(source);
  const needed = isProgram(mode) ? 0o005 : 0o004;
  const linked =
    (mode & needed) === needed &&
    (await link(source, target).then(
      () => true,
      () => false,
    ));
  if (linked) return;
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, isProgram(mode) ? 0o755 : 0o644);
}

function isProgram(mode: number): boolean {
  return (mode & 0o100) !== 0;
}
