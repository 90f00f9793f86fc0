import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fault } from '../../errors.ts';
import { requireZstd } from '../conda/zstd.ts';
import type { LockedSet } from '../lock/lock.ts';
import { type FetchOptions, fetchSet } from './fetch-set.ts';
import { removeLeftovers, stagingPrefix } from './leftovers.ts';
import { manifestHead, manifestName, manifestText } from './manifest.ts';
import type { PackageStore } from './package-store.ts';
import { placeFiles } from './place-files.ts';
import type { SealedFolder } from './sealed-folder.ts';
import { moveIntoPlace, presentFolder } from './settle.ts';
import { runsHere, tryOut } from './try-out.ts';
import { planFolder, unpackMember } from './unpack-set.ts';

export interface InstallOptions extends FetchOptions {
  /** Without one the packages are gone after the installation. */
  readonly packages?: PackageStore;
  /** Whether what lies at the target was finished, before anything of it is looked at; by default what is sound was. */
  readonly isComplete?: () => Promise<boolean>;
  /** Called when a folder is to be laid out, before anything is fetched or changed. */
  readonly beforeLayout?: () => Promise<void>;
}

/**
 * Installs a locked client or server into a folder that then needs nothing of this machine but its kernel. A folder
 * that is there already and proves sound is used as it is; a damaged one is replaced. Everything happens in a folder
 * beside the target that takes its name in one step at the end, so whoever looks sees a whole folder or none, and of
 * several installers at once the others use the first one's.
 *
 * @throws PGR250 to PGR255, PGR220, PGR221, or the signal's reason; the target is then as it was.
 */
export async function installSet(set: LockedSet, target: string, options: InstallOptions): Promise<SealedFolder> {
  const root = resolve(target);
  if (set.platform === 'linux') refuseSeparators(root);
  const complete = (await options.isComplete?.()) ?? true;
  const present = complete ? await presentFolder(root, set) : undefined;
  if (present !== undefined) {
    options.onProgress?.({ kind: 'installed', folder: root, already: true });
    return present;
  }
  requireZstd(set);
  await options.beforeLayout?.();
  await mkdir(dirname(root), { recursive: true });
  await removeLeftovers(root, Date.now());
  const staging = await mkdtemp(stagingPrefix(root));
  try {
    const made = await makeFolder(set, staging, root, options);
    if (runsHere(set)) await tryOut(made, set, options.signal);
    options.signal.throwIfAborted();
    const folder = await moveIntoPlace(made.root, root, set);
    options.onProgress?.({ kind: 'installed', folder: root, already: false });
    return folder;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Everything from the packages to a finished folder within the staging folder. */
async function makeFolder(
  set: LockedSet,
  staging: string,
  target: string,
  options: InstallOptions,
): Promise<SealedFolder> {
  const [root, contents] = [join(staging, 'folder'), join(staging, 'contents')];
  for (const folder of [root, contents]) await mkdir(folder);
  const packages = options.packages?.folder ?? join(staging, 'packages');
  const unpacked = await fetchSet(set, packages, options, async (member, bytes, signal) => {
    const entries = await unpackMember(set, member, bytes, contents, signal);
    options.onProgress?.({ kind: 'unpacked', package: member });
    return entries;
  });
  const { loader, loaderKnowsArgv0, files } = await planFolder(
    set,
    set.packages.map(member => unpacked.get(member) ?? []),
  );
  // In a text of Windows a backslash may mean something else; a slash separates folders as well.
  const written = set.platform === 'win32' ? target.replaceAll('\\', '/') : target;
  const placed = await placeFiles(root, files, written);
  const prefix = set.platform === 'linux' ? {} : { prefix: target };
  const manifest = { ...manifestHead(set), loader, loaderKnowsArgv0, ...prefix, files: placed };
  await writeFile(join(root, manifestName), manifestText(manifest), { flag: 'wx' });
  for (const [path, mode] of [
    [root, 0o755],
    [join(root, manifestName), 0o644],
  ] as const)
    await chmod(path, mode);
  return { root, manifest, certificateFile: undefined };
}

/** The loader takes a list of folders, and some words in it for variables (ld.so(8)): a path with such a sign can't be told to it. */
function refuseSeparators(root: string): void {
  const sign = /[:;$]/.exec(root)?.[0];
  if (sign === undefined) return;
  throw fault(
    'PGR255',
    `a client cannot run from ${root}: the path has a "${sign}", which means something else to the loader`,
    'name a folder without one',
  );
}
