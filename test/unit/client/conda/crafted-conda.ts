import { zstdCompressSync } from 'node:zlib';
import type { LockedPackage, LockedSet } from '../../../../src/client/lock/lock.ts';
import type { InstallOptions } from '../../../../src/client/sealed/install.ts';
import { clientPrograms } from '../../../../src/client/sealed/sealed-folder.ts';
import { makeTar, sha256Of, type TarEntry } from '../sealed/crafted-package.ts';

/** As long as those of conda-build. */
export const placeholder = `/opt/build_env_placehold${'_placehold'.repeat(20)}`;

export interface ZipWish {
  /** Sizes and places in the extra field of ZIP64. */
  readonly large?: boolean;
  readonly method?: number;
}

/** A zip archive of members that are stored as they are, whatever it says of them. */
export function makeZip(
  members: readonly (readonly [name: string, bytes: Buffer])[],
  { large = false, method = 0 }: ZipWish = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of members) {
    const extra = large ? Buffer.alloc(28) : Buffer.alloc(0);
    if (large) {
      extra.writeUInt16LE(1);
      extra.writeUInt16LE(24, 2);
      for (const field of [4, 12]) extra.writeBigUInt64LE(BigInt(bytes.length), field);
      extra.writeBigUInt64LE(BigInt(at), 20);
    }
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    for (const field of [18, 22]) local.writeUInt32LE(large ? 0xffffffff : bytes.length, field);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(extra.length, 28);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(method, 10);
    for (const field of [20, 24]) entry.writeUInt32LE(large ? 0xffffffff : bytes.length, field);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(large ? 0xffffffff : at, 42);
    directory.push(entry, Buffer.from(name), extra);
    const whole = Buffer.concat([local, Buffer.from(name), extra, bytes]);
    parts.push(whole);
    at += whole.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  for (const field of [8, 10]) end.writeUInt16LE(members.length, field);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, entries, end]);
}

export interface CondaWish extends ZipWish {
  readonly entries: readonly TarEntry[];
  /** How files use the placeholder, by path. */
  readonly prefixed?: Readonly<Record<string, 'text' | 'binary'>>;
  /** In place of the `paths.json` that follows from the others. */
  readonly paths?: string;
  readonly terms?: string;
}

/** The bytes of a `.conda`. */
export async function makeConda({ entries, prefixed = {}, paths, terms, ...zip }: CondaWish): Promise<Buffer> {
  const listed = entries.map(({ name }) => ({
    _path: name,
    path_type: 'hardlink',
    ...(prefixed[name] === undefined ? {} : { prefix_placeholder: placeholder, file_mode: prefixed[name] }),
  }));
  const info = await makeTar([
    { name: 'info/index.json', content: '{}' },
    { name: 'info/paths.json', content: paths ?? JSON.stringify({ paths: listed, paths_version: 1 }) },
    ...(terms === undefined ? [] : [{ name: 'info/licenses/COPYING', content: terms }]),
  ]);
  return makeZip(
    [
      ['metadata.json', Buffer.from('{"conda_pkg_format_version": 2}')],
      ['pkg-one-1.0-h1_0.tar.zst', zstdCompressSync(await makeTar(entries))],
      ['info-one-1.0-h1_0.tar.zst', zstdCompressSync(info)],
    ],
    zip,
  );
}

export interface CraftedConda {
  readonly set: LockedSet;
  /** By path in the archive. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** The set of packages with these contents, by name. */
export async function craftCondaSet(
  target: Pick<LockedSet, 'platform' | 'architecture'>,
  packages: Readonly<Record<string, CondaWish>>,
): Promise<CraftedConda> {
  const files = new Map<string, Buffer>();
  const locked: LockedPackage[] = [];
  for (const [name, wish] of Object.entries(packages)) {
    const bytes = await makeConda(wish);
    const path = `test-64/${name}-1.0-h1_0.conda`;
    files.set(path, bytes);
    locked.push({ name, version: '1.0', archive: 'conda-forge', path, bytes: bytes.length, sha256: sha256Of(bytes) });
  }
  return { set: { product: 'client', major: 17, version: '17.10', ...target, packages: locked }, files };
}

/** Scripts that say what programs say of their version, and where they think that they are. */
export const scripts: readonly TarEntry[] = clientPrograms.map(name => ({
  name: `bin/${name}`,
  content: `#!/bin/sh\nif [ "$1" = --version ]; then echo "${name} (PostgreSQL) 17.10"; else cat "${placeholder}/ssl/cacert.pem"; env; fi\n`,
}));

/** A client for macOS of three small packages. */
export const macPackages: Readonly<Record<string, CondaWish>> = {
  postgresql: {
    entries: [...scripts, { name: 'bin/postgres', content: 'server' }, { name: 'share/postgres.bki', content: 'x' }],
    prefixed: Object.fromEntries(scripts.map(({ name }) => [name, 'text'])),
    terms: 'terms of Postgres',
  },
  libpq: {
    entries: [
      { name: 'lib/libpq.5.17.dylib', content: `\0begin ${placeholder}/lib:${placeholder}/etc\0end\0` },
      { name: 'lib/libpq.5.dylib', linkTo: 'libpq.5.17.dylib' },
      { name: 'lib/libpq.a', content: 'archive' },
      { name: 'include/libpq-fe.h', content: 'header' },
    ],
    prefixed: { 'lib/libpq.5.17.dylib': 'binary' },
    large: true,
  },
  'ca-certificates': { entries: [{ name: 'ssl/cacert.pem', content: 'authorities\n' }] },
};

/** A client for Windows of two. */
export const windowsPackages: Readonly<Record<string, CondaWish>> = {
  postgresql: {
    entries: [
      ...clientPrograms.map(name => ({ name: `Library/bin/${name}.exe`, content: `${placeholder}\0` })),
      { name: 'Library/ssl/openssl.cnf', content: `dir = ${placeholder}/ssl` },
      { name: 'Scripts/other.exe', content: 'x' },
    ],
    prefixed: { 'Library/bin/psql.exe': 'binary', 'Library/ssl/openssl.cnf': 'text' },
  },
  vc14_runtime: {
    entries: [
      { name: 'vcruntime140.dll', content: 'at the root' },
      { name: 'msvcp140.dll', content: 'at the root' },
      { name: 'Library/bin/msvcp140.dll', content: 'beside' },
    ],
  },
};

/** Options that ask one mirror for everything, and do not wait. */
export function optionsFor(url: string): InstallOptions {
  const patience = { waits: [0, 1], idle: 10_000, attempt: 10_000, slowest: 1_000 };
  return { mirrors: [{ archive: 'conda-forge', url }], patience, signal: new AbortController().signal };
}
