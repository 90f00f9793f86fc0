import type { LockedPackage, LockedSet } from '../../../../src/client/lock/lock.ts';
import type { InstallOptions } from '../../../../src/client/sealed/install.ts';
import { programsOf } from '../../../../src/client/sealed/sealed-folder.ts';
import { makeElf } from './crafted-elf.ts';
import { lockedAs, makeDeb, type TarEntry } from './crafted-package.ts';

/** Of another processor than this machine's: what is crafted can't run, and is not tried out. */
const foreign =
  process.arch === 'arm64'
    ? ({ architecture: 'amd64', machine: 62, triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' } as const)
    : ({ architecture: 'arm64', machine: 183, triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' } as const);

export interface CraftedSet {
  readonly set: LockedSet;
  /** By path in the archive. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface SetWish {
  readonly product?: LockedSet['product'];
  readonly glibc?: string;
  readonly version?: string;
}

/** A set of three small packages that have all that a client or server of theirs needs. */
export async function craftSet({
  product = 'client',
  glibc = '2.41-12',
  version = '17.11',
}: SetWish = {}): Promise<CraftedSet> {
  const { architecture, machine, triplet, loader } = foreign;
  const library = (name: string, needed: readonly string[] = []): TarEntry => ({
    name: `./lib/${triplet}/${name}`,
    content: makeElf({ machine, needed }),
  });
  const programs = programsOf(product).map(name => ({
    name: `./usr/lib/postgresql/17/bin/${name}`,
    content: makeElf({ machine, interpreter: `/lib/${loader}`, needed: ['libpq.so.5', 'libc.so.6'] }),
  }));
  const copyright = (name: string): TarEntry => ({
    name: `./usr/share/doc/${name}/copyright`,
    content: `terms of ${name}`,
  });
  const names = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2', 'libgcc_s.so.1', loader];
  const packages: readonly (readonly [name: string, entries: readonly TarEntry[]])[] = [
    ['libc6', [library('libc.so.6', [loader]), ...names.map(name => library(name)), copyright('libc6')]],
    [
      'libpq5',
      [
        library('libpq.so.5.17', ['libc.so.6']),
        library('libonly.so.1'),
        { name: `./lib/${triplet}/libpq.so.5`, linkTo: 'libpq.so.5.17' },
      ],
    ],
    [
      `postgresql-${product}-17`,
      [...programs, ...(product === 'server' ? serverFiles(machine) : []), copyright('libpq5')],
    ],
  ];
  const files = new Map<string, Buffer>();
  const locked: LockedPackage[] = [];
  for (const [name, entries] of packages) {
    const bytes = await makeDeb(entries);
    const one = lockedAs(name, bytes);
    files.set(one.path, bytes);
    locked.push(name === 'libc6' ? { ...one, version: glibc } : one);
  }
  return { set: { product, major: 17, version, platform: 'linux', architecture, packages: locked }, files };
}

function serverFiles(machine: number): readonly TarEntry[] {
  const lib = './usr/lib/postgresql/17/lib';
  return [
    { name: `${lib}/hstore.so`, content: makeElf({ machine, needed: ['libonly.so.1', 'libc.so.6'] }) },
    { name: `${lib}/llvmjit.so`, content: makeElf({ machine, needed: ['libLLVM.so.19'] }) },
    { name: './usr/share/postgresql/17/extension/hstore.control', content: 'comment' },
    { name: './usr/share/postgresql/17/timezonesets/Default', content: 'x' },
    { name: './usr/share/postgresql/17/tsearch_data/gone.dict', linkTo: '/var/cache/gone.dict' },
    { name: './usr/share/postgresql/17/same.control', linkTo: '/usr/share/postgresql/17/extension/hstore.control' },
    { name: './usr/share/zoneinfo/Europe/London', content: 'TZif' },
    { name: './usr/share/zoneinfo/GB', linkTo: 'Europe/London' },
  ];
}

/** Options that ask one mirror for everything, and do not wait. */
export function optionsFor(url: string, changes: Partial<InstallOptions> = {}): InstallOptions {
  const patience = { waits: [0, 1, 2], idle: 10_000, attempt: 10_000, slowest: 1_000 };
  return { mirrors: [{ archive: 'debian', url }], patience, signal: new AbortController().signal, ...changes };
}
