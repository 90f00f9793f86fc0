import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireZstd } from '../../../../src/client/conda/zstd.ts';
import { expectedFolder } from '../../../../src/client/sealed/expected-folder.ts';
import { installSet } from '../../../../src/client/sealed/install.ts';
import { checkSealed } from '../../../../src/client/sealed/integrity.ts';
import { mirrorsFor } from '../../../../src/client/sealed/mirrors.ts';
import { placeFiles } from '../../../../src/client/sealed/place-files.ts';
import type { SealedFolder } from '../../../../src/client/sealed/sealed-folder.ts';
import { sealedCommand } from '../../../../src/client/sealed/start.ts';
import { tryOut } from '../../../../src/client/sealed/try-out.ts';
import { refusalOf } from '../../refusal.ts';
import { startArchive } from '../sealed/mirror-server.ts';
import {
  type CondaWish,
  type CraftedConda,
  craftCondaSet,
  macPackages,
  optionsFor,
  placeholder,
  scripts,
  windowsPackages,
} from './crafted-conda.ts';

const mac = { platform: 'darwin', architecture: 'arm64' } as const;
const windows = { platform: 'win32', architecture: 'amd64' } as const;

let base = '';
let target = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'conda install '));
  target = join(base, 'cache', '17');
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function install({ set, files }: CraftedConda): Promise<{ folder: SealedFolder; asked: readonly string[] }> {
  await using mirror = await startArchive(files);
  const folder = await installSet(set, target, optionsFor(mirror.url));
  return { folder, asked: mirror.asked };
}

async function listAll(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  return files.map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1)).toSorted();
}

const programs = ['createdb', 'createuser', 'dropdb', 'pg_dump', 'pg_dumpall', 'pg_isready', 'pg_restore', 'psql'];

describe('a client for macOS', () => {
  test('has programs, libraries, authorities and terms where its packages have them, and links as files', async () => {
    const { folder } = await install(await craftCondaSet(mac, macPackages));
    expect(await listAll(target)).toEqual([
      'MANIFEST.json',
      ...programs.map(name => `bin/${name}`),
      'copyright/postgresql/COPYING',
      'lib/libpq.5.17.dylib',
      'lib/libpq.5.dylib',
      'ssl/cacert.pem',
    ]);
    expect(folder.manifest).toMatchObject({ platform: 'darwin', architecture: 'arm64', prefix: target });
    expect((await stat(join(target, 'bin/psql'))).mode & 0o777).toBe(0o755);
    expect(await readdir(join(base, 'cache'))).toEqual(['17']);
  });

  test('names its folder where its packages have the placeholder, at the same length in binaries', async () => {
    await install(await craftCondaSet(mac, macPackages));
    expect(await readFile(join(target, 'bin/psql'), 'utf8')).toContain(`cat "${target}/ssl/cacert.pem"`);
    for (const name of ['libpq.5.17.dylib', 'libpq.5.dylib']) {
      const library = await readFile(join(target, 'lib', name), 'latin1');
      const room = '\0'.repeat(2 * (placeholder.length - target.length));
      expect(library).toBe(`\0begin ${target}/lib:${target}/etc${room}\0end\0`);
    }
  });

  test.skipIf(process.platform === 'win32')('runs from where it was laid out', async () => {
    const { set, files } = await craftCondaSet(mac, macPackages);
    const { folder } = await install({ set, files });
    await tryOut(folder, set, new AbortController().signal);
    const planned = expectedFolder({ set, root: target, certificateFile: undefined });
    const command = sealedCommand(planned, 'pg_dump', ['-d', 'x'], {
      DYLD_INSERT_LIBRARIES: 'evil',
      PATH: '/usr/bin:/bin',
    });
    expect(command.path).toBe(join(target, 'bin/pg_dump'));
    const said = execFileSync(command.path, command.arguments, { env: command.environment, encoding: 'utf8' });
    expect(said).toContain('authorities\n');
    expect(said).toContain(`SSL_CERT_FILE=${target}/ssl/cacert.pem`);
    expect(said).toContain(`OPENSSL_MODULES=${target}/lib/ossl-modules`);
    expect(said).not.toContain('DYLD_');
  });

  test('is fetched once, checked at each use, and made anew where it was changed or moved', async () => {
    const crafted = await craftCondaSet(mac, macPackages);
    expect((await install(crafted)).asked).toHaveLength(3);
    expect((await install(crafted)).asked).toEqual([]);
    await writeFile(join(target, 'lib/libpq.5.dylib'), 'changed');
    expect((await refusalOf(() => checkSealed(target, crafted.set)))?.message).toContain('lib/libpq.5.dylib');
    expect((await install(crafted)).asked).toHaveLength(3);
    const moved = join(base, 'moved');
    await rename(target, moved);
    const problem = await refusalOf(() => checkSealed(moved, crafted.set));
    expect(problem).toMatchObject({ code: 'PGR254', message: expect.stringContaining(`made for ${target}`) });
  });

  test("is signed again in what was changed for Apple's processors, and the manifest has it as it then is", async () => {
    const content = join(base, 'content');
    await writeFile(content, `${placeholder}\0`);
    const from = { kind: 'file', path: 'x', content, bytes: 1, sha256: 'x' } as const;
    const prefix = { placeholder, mode: 'binary' } as const;
    const one = (path: string, sign: boolean) =>
      ({ kind: 'prefixed', path, from, prefix, executable: true, sign }) as const;
    const [signed, plain] = await placeFiles(base, [one('signed', true), one('plain', false)], '/p', async path =>
      writeFile(path, 'signature', { flag: 'a' }),
    );
    expect(await readFile(join(base, 'signed'), 'latin1')).toBe(`/p${'\0'.repeat(placeholder.length - 1)}signature`);
    expect(signed).toMatchObject({ bytes: placeholder.length + 10 });
    expect(plain).toMatchObject({ bytes: placeholder.length + 1 });
  });
});

describe('a client for Windows', () => {
  test('has its programs and all libraries in Library/bin, and binaries as they are', async () => {
    target = join(base, 'cache', 'C\\17');
    const { set, files } = await craftCondaSet(windows, windowsPackages);
    await install({ set, files });
    expect(await listAll(join(target, 'Library'))).toEqual([
      ...[...programs.map(name => `bin/${name}.exe`), 'bin/msvcp140.dll', 'bin/vcruntime140.dll'].toSorted(),
      'ssl/openssl.cnf',
    ]);
    expect(await readFile(join(target, 'Library/bin/msvcp140.dll'), 'utf8')).toBe('beside');
    expect(await readFile(join(target, 'Library/bin/psql.exe'), 'utf8')).toBe(`${placeholder}\0`);
    expect(await readFile(join(target, 'Library/ssl/openssl.cnf'), 'utf8')).toBe(`dir = ${base}/cache/C/17/ssl`);
  });

  test('is started directly, with what OpenSSL has to know', async () => {
    const { set } = await craftCondaSet(windows, windowsPackages);
    const root = 'C:\\cache\\17';
    expect(sealedCommand(expectedFolder({ set, root, certificateFile: undefined }), 'psql', ['-X'], {})).toEqual({
      path: `${root}/Library/bin/psql.exe`,
      arguments: ['-X'],
      environment: {
        SSL_CERT_FILE: `${root}/Library/ssl/cacert.pem`,
        OPENSSL_CONF: 'NUL',
        OPENSSL_MODULES: `${root}/Library/lib/ossl-modules`,
      },
    });
  });
});

describe('nothing is installed', () => {
  const { postgresql, libpq } = macPackages as Readonly<Record<'postgresql' | 'libpq', CondaWish>>;
  const one = (entries: CondaWish['entries'], wish: Partial<CondaWish> = {}): Record<string, CondaWish> => ({
    postgresql,
    other: { entries, ...wish },
  });
  const library = { name: 'lib/libx.dylib', content: 'x' };
  const paths = (entry: unknown): string => JSON.stringify({ paths: [entry] });

  test.each<[string, Readonly<Record<string, CondaWish>>, string, string]>([
    ['a path leads out', one([{ name: '../../evil.dylib', content: 'x' }]), 'PGR252', 'leads out of it'],
    ['a path goes back', one([{ name: 'lib/../lib/x.dylib', content: 'x' }]), 'PGR252', 'leads out of it'],
    ['a link leads out', one([{ name: 'lib/x.dylib', linkTo: '../../etc/passwd' }]), 'PGR252', 'leads out of it'],
    ['a member is compressed', one([library], { method: 8 }), 'PGR252', 'not simply stored'],
    ['the list of paths is none', one([library], { paths: '{' }), 'PGR252', 'JSON'],
    ['the list of paths is empty', one([library], { paths: '{}' }), 'PGR252', 'lists no paths'],
    [
      'a placeholder is too short to be one',
      one([library], { paths: paths({ _path: library.name, prefix_placeholder: '/' }) }),
      'PGR252',
      'names its folder',
    ],
    ['a program is missing', { libpq }, 'PGR253', 'no package has bin/pg_dump'],
    [
      'a program is a dead link',
      { postgresql: { entries: [...scripts.slice(1), { name: 'bin/pg_dump', linkTo: 'gone' }] } },
      'PGR253',
      'no package has bin/pg_dump',
    ],
  ])('where %s', async (_, packages, code, message) => {
    const problem = await refusalOf(async () => install(await craftCondaSet(mac, packages)));
    expect(problem).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await readdir(base, { recursive: true })).toEqual(['cache']);
  });

  test('where a byte of a package was changed', async () => {
    const { set, files } = await craftCondaSet(mac, macPackages);
    const [[path, bytes] = ['', Buffer.alloc(0)]] = files;
    const changed = Buffer.from(bytes);
    changed[100] = (changed[100] ?? 0) ^ 1;
    const problem = await refusalOf(() => install({ set, files: new Map([...files, [path, changed]]) }));
    expect(problem?.code).toBe('PGR251');
    expect(await readdir(base, { recursive: true })).toEqual(['cache']);
  });

  test('where the path has no room in a program', async () => {
    target = join(base, 'x'.repeat(120), 'y'.repeat(120));
    const problem = await refusalOf(async () => install(await craftCondaSet(mac, macPackages)));
    expect(problem).toMatchObject({ code: 'PGR255', message: expect.stringContaining('room for a path') });
    expect(await readdir(join(base, 'x'.repeat(120)))).toEqual([]);
  });

  test('where Node cannot read zstd, which is told with the Node that can', async () => {
    const set = { platform: 'darwin', product: 'client', version: '17.10' } as const;
    expect(await refusalOf(() => requireZstd(set, false))).toMatchObject({
      code: 'PGR255',
      remedy: expect.stringContaining('Node 22.15'),
    });
    expect(await refusalOf(() => requireZstd({ ...set, platform: 'linux' }, false))).toBeUndefined();
    expect(await refusalOf(() => requireZstd(set))).toBeUndefined();
  });
});

test("packages come from conda-forge's host, or from a mirror that is named", () => {
  const wish = {
    takenAt: {},
    aptSources: undefined,
    extra: ['conda-forge=https://mirror.example/forge', 'pgdg=https://x.example'],
  };
  expect(mirrorsFor('conda-forge', wish).map(({ url }) => url)).toEqual([
    'https://mirror.example/forge/',
    'https://conda.anaconda.org/conda-forge/',
  ]);
});
