import type { AptArchive } from '../../src/client/lock/lock.ts';
import { compareDebianVersions } from './debian-version.ts';
import { type Dependency, parseDependencies } from './dependencies.ts';

/** What an archive's signed index says of one package. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
  readonly archive: AptArchive;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Pre-Depends and Depends together: all have to be there when the programs run. */
  readonly dependencies: readonly Dependency[];
  /** Virtual names, without their versions. */
  readonly provides: readonly string[];
}

/** The newest version of each name, and who provides the virtual names. */
export interface PackageIndex {
  readonly packages: ReadonlyMap<string, IndexedPackage>;
  readonly providers: ReadonlyMap<string, readonly string[]>;
}

/** Reads the text of a `Packages` file. An entry without a name, version, path, size or SHA-256 is an error. */
export function parsePackages(
  text: string,
  archive: AptArchive,
  wanted: (name: string) => boolean = () => true,
): readonly IndexedPackage[] {
  const found: IndexedPackage[] = [];
  for (const paragraph of text.split(/\n{2,}/)) {
    const name = /^Package: *(\S+)/m.exec(paragraph)?.[1];
    if (name === undefined) {
      if (paragraph.trim() !== '') throw new Error(`${archive}: an entry of the index names no package`);
    } else if (wanted(name)) found.push(readPackage(name, paragraph, archive));
  }
  return found;
}

/** Of two packages of one name the newer one counts, whichever list it comes from. */
export function indexPackages(packages: Iterable<IndexedPackage>): PackageIndex {
  const newest = new Map<string, IndexedPackage>();
  for (const candidate of packages) {
    const known = newest.get(candidate.name);
    if (known === undefined || compareDebianVersions(candidate.version, known.version) > 0)
      newest.set(candidate.name, candidate);
  }
  const providers = new Map<string, string[]>();
  for (const { name, provides } of newest.values())
    for (const virtual of provides) providers.set(virtual, [...(providers.get(virtual) ?? []), name].toSorted());
  return { packages: newest, providers };
}

function readPackage(name: string, paragraph: string, archive: AptArchive): IndexedPackage {
  const fields = readFields(paragraph);
  const required = (field: string, form: RegExp) => {
    const value = fields.get(field);
    if (value === undefined || !form.test(value))
      throw new Error(`${archive}: the index gives no usable ${field} for ${name}`);
    return value;
  };
  const dependencies = [fields.get('Pre-Depends'), fields.get('Depends')].flatMap(text =>
    parseDependencies(text ?? ''),
  );
  return {
    name,
    version: required('Version', /^[A-Za-z0-9.+:~-]+$/),
    archive,
    path: required('Filename', /^pool(?:\/[A-Za-z0-9][A-Za-z0-9._+:~-]*)+\.deb$/),
    bytes: Number(required('Size', /^\d+$/)),
    sha256: required('SHA256', /^[0-9a-f]{64}$/),
    dependencies,
    provides: parseDependencies(fields.get('Provides') ?? '').flatMap(names => names.map(each => each.name)),
  };
}

/** Field names with their values; continuation lines are joined. */
function readFields(paragraph: string): ReadonlyMap<string, string> {
  const fields = paragraph.replace(/\n[ \t]+/g, ' ').split('\n');
  return new Map(
    fields.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
}
