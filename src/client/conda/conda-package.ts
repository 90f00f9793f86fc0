import { readFile } from 'node:fs/promises';
import type { LockedPackage } from '../lock/lock.ts';
import { decompress } from '../sealed/decompress.ts';
import { type PackageEntry, type UnpackOptions, unpackTar } from '../sealed/package-file.ts';
import { plainPath } from '../sealed/package-paths.ts';
import { type CondaPlatform, keptPaths, licencePath } from './kept-paths.ts';
import type { PrefixUse } from './prefix.ts';
import { readStoredMembers } from './zip.ts';

const pathsFile = 'info/paths.json';

/** A list of some ten thousand paths has a few megabytes. */
const mostInformation = 1 << 26;

/**
 * Unpacks what is to be kept of a `.conda` (conda-build, "Conda package specification"): a zip archive of two tar archives, `info-` with what there is to
 * know of the package, and `pkg-` with its files. Terms come out below `copyright/`, files with how they use the
 * placeholder for the folder that they are installed into.
 *
 * @throws plain errors for bytes that are no sound package; the contents written until then stay behind.
 */
export async function unpackConda(
  member: Pick<LockedPackage, 'name'>,
  bytes: Buffer,
  platform: CondaPlatform,
  options: Omit<UnpackOptions, 'keep'>,
): Promise<readonly PackageEntry[]> {
  const members = readStoredMembers(bytes);
  const part = (kind: 'info' | 'pkg', keep: UnpackOptions['keep'], mostBytes?: number) => {
    const [found, another] = members.filter(one => one.name.startsWith(`${kind}-`) && one.name.endsWith('.tar.zst'));
    if (found === undefined || another !== undefined) throw new Error(`it does not have one ${kind}-….tar.zst`);
    const limit = mostBytes === undefined ? {} : { mostBytes };
    return unpackTar(decompress(found.name, found.bytes), { ...options, ...limit, keep, normalise: plainPath });
  };
  const info = await part('info', path => path === pathsFile || licencePath.test(path), mostInformation);
  const uses = await prefixUses(info);
  const files = await part('pkg', keptPaths(platform));
  const terms = info.flatMap((entry): readonly PackageEntry[] => {
    const path = licencePath.exec(entry.path)?.[1];
    return path === undefined || entry.kind !== 'file' ? [] : [{ ...entry, path: `copyright/${member.name}/${path}` }];
  });
  return [...files.map(entry => withUse(entry, uses.get(entry.path))), ...terms];
}

function withUse(entry: PackageEntry, prefix: PrefixUse | undefined): PackageEntry {
  return entry.kind === 'file' && prefix !== undefined ? { ...entry, prefix } : entry;
}

/** What `info/paths.json` says of the files that name the folder they are installed into. */
async function prefixUses(info: readonly PackageEntry[]): Promise<ReadonlyMap<string, PrefixUse>> {
  const file = info.find(({ path }) => path === pathsFile);
  if (file?.kind !== 'file') throw new Error(`it has no ${pathsFile}`);
  const parsed: unknown = JSON.parse(await readFile(file.content, 'utf8'));
  const { paths } = record(parsed);
  if (!Array.isArray(paths)) throw new Error(`${pathsFile} lists no paths`);
  return new Map(paths.map(record).flatMap(prefixUse));
}

function prefixUse(entry: Readonly<Record<string, unknown>>): readonly (readonly [string, PrefixUse])[] {
  const { _path: path, prefix_placeholder: placeholder, file_mode: mode = 'text' } = entry;
  if (typeof path !== 'string') throw new Error(`${pathsFile} has an entry without a path`);
  if (placeholder === undefined || placeholder === null) return [];
  // A short one could stand in a file for something else.
  if (typeof placeholder !== 'string' || placeholder.length < 8 || (mode !== 'text' && mode !== 'binary')) {
    throw new Error(`${pathsFile} does not say how ${path} names its folder`);
  }
  return [[path, { placeholder, mode }]];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
