import { access, chmod, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fault } from '../../errors.ts';
import { programFile, programsFolder, type SealedFolder } from './sealed-folder.ts';

/** Where Debian's servers look for the zones, compiled into the program. */
const compiledIn = '/usr/share/zoneinfo';

/** Relative, and so below the working folder: a server works in its data folder from its start to its end. */
const nextToData = 'zoneinfo';

export interface TimezonePlaces {
  /** Of the cluster, after initdb. */
  readonly dataFolder: string;
  /** A new folder for the copy of the program, which the server's user can enter. */
  readonly copy: string;
  /** Of this machine. */
  readonly systemZones?: string;
}

/**
 * Gives a server its timezones on a machine that has none (Alpine, small containers), where it would know no more than
 * UTC and a dump that names a zone would not restore: a copy of the program that looks beside its data, and there a
 * link to the zones that were sealed in. Gives the copy, which is to be started with the data folder as working folder,
 * see the last parameter of `sealedCommand`. Undefined where the machine has zones: then the program stays as it is.
 *
 * @throws PGR253 for a program that looks elsewhere.
 */
export async function bringTimezones(folder: SealedFolder, places: TimezonePlaces): Promise<string | undefined> {
  const { dataFolder, copy, systemZones = compiledIn } = places;
  if (await isThere(join(systemZones, 'Europe/London'))) return undefined;
  const { root, manifest } = folder;
  const programs = programsFolder(manifest);
  const file = join(copy, programs, 'postgres');
  await mkdir(dirname(file), { recursive: true });
  // The mask of this process may keep the server's user out.
  for (let folder = dirname(file); folder.startsWith(copy); folder = dirname(folder)) await chmod(folder, 0o755);
  await writeFile(file, redirectZones(await readFile(join(root, programFile(manifest, 'postgres')))), { flag: 'wx' });
  await chmod(file, 0o755);
  await linkTo(join(root, 'share/zoneinfo'), join(dataFolder, nextToData));
  // One whose loader can't give it another name takes its files from where it lies itself.
  await linkTo(join(root, 'share'), join(copy, 'share'));
  await linkTo(join(root, dirname(programs), 'lib'), join(copy, dirname(programs), 'lib'));
  return file;
}

/** A relative link, so that both can be seen from a container under another path. */
async function linkTo(target: string, path: string): Promise<void> {
  const [real, parent] = await Promise.all([realpath(target), realpath(dirname(path))]);
  await symlink(relative(parent, real), path);
}

/** The program with another path for its zones. The new one is shorter: the rest is filled up, and nothing moves. */
export function redirectZones(program: Buffer): Buffer {
  const [from, to] = [Buffer.from(`${compiledIn}\0`), Buffer.alloc(compiledIn.length + 1)];
  to.write(nextToData);
  const copy = Buffer.from(program);
  let at = copy.indexOf(from);
  if (at === -1) {
    throw fault('PGR253', `this postgres does not look for timezones in ${compiledIn}`, 'please report it');
  }
  for (; at !== -1; at = copy.indexOf(from, at)) to.copy(copy, at);
  return copy;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
