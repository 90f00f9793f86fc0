import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareDebianVersions } from '../../scripts/lock/debian-version.ts';
import { requireSingleKey } from '../../scripts/lock/keyrings.ts';
import { makeLock } from '../../scripts/lock/make-lock.ts';
import { architectures, sources } from '../../scripts/lock/sources.ts';
import type { Lock } from '../../src/client/lock/lock.ts';
import { type ReleaseTimes, serveFiles, suiteFiles } from '../support/archives/package-archive.ts';
import { makeSigningKey, type SigningKey } from '../support/archives/signing-key.ts';
import { stanza } from '../unit/lock/stanza.ts';

const run = promisify(execFile);
const missing = ['apt-get', 'gpg', 'gpgv', 'dpkg'].filter(name => spawnSync(name, ['--version']).error !== undefined);
const absence = missing.length > 0 ? `this machine has no ${missing.join(', ')}` : undefined;

const root = join(import.meta.dirname, '..', '..');
const empty: Lock = { schema: 1, takenAt: {}, sets: [] };
const pgdgSources = sources.filter(({ publisher }) => publisher === 'pgdg');
const postgres = (major: number, version: string) =>
  stanza(`postgresql-client-${major}`, {
    Version: version,
    Depends: 'libpq5, postgresql-client-common, libc6 (>= 2.34)',
  }) +
  stanza(`postgresql-${major}`, { Version: version, Depends: `postgresql-client-${major}, tzdata, libllvm19, libpq5` });

/** What the archives hold: Postgres 13 to 18 and a pre-release of 19 at PGDG, their libraries at Debian. */
const archives = {
  bookworm: { main: stanza('libc6', { Version: '2.36-9+deb12u9' }) + stanza('tzdata') },
  'bookworm-security': { main: stanza('libc6', { Version: '2.36-9+deb12u10' }) },
  'bookworm-pgdg': {
    main:
      [13, 14, 15, 16, 17, 18].map(major => postgres(major, `${major}.9-1.pgdg12+1`)).join('') +
      stanza('libpq5', { Version: '18.9-1.pgdg12+1', Depends: 'libc6' }) +
      // Newer than Debian's, and none of PGDG's business.
      stanza('libc6', { Version: '9.0-1' }),
    '19': postgres(19, '19~beta2-1.pgdg12+1') + stanza('libpq5', { Version: '19~beta2-1.pgdg12+1', Depends: 'libc6' }),
  },
} as const;
type SuiteName = keyof typeof archives;
const suiteNames = ['bookworm', 'bookworm-security', 'bookworm-pgdg'] as const satisfies readonly SuiteName[];

let folder = '';
let keys: Readonly<Record<'debian' | 'pgdg', SigningKey>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-test-'));
  if (absence !== undefined) return;
  keys = { debian: await makeSigningKey(folder, 'debian'), pgdg: await makeSigningKey(folder, 'pgdg') };
});
afterAll(async () => {
  if (absence === undefined) for (const key of Object.values(keys)) await key[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Changes {
  readonly content?: Partial<Record<SuiteName, Readonly<Record<string, string>>>>;
  readonly signedBy?: Partial<Record<SuiteName, SigningKey>>;
  readonly times?: Partial<Record<SuiteName, ReleaseTimes>>;
  /** The last word on the files that are served. */
  readonly alter?: (files: Map<string, string>) => void;
  /** A component that no archive has. */
  readonly without?: string;
  readonly acceptExpired?: boolean;
  readonly present?: Lock;
}

/** Makes a lock of PGDG's part from archives on loopback that differ as told from those above. */
async function lockFrom({
  content,
  signedBy,
  times,
  alter,
  without,
  acceptExpired = false,
  present = empty,
}: Changes = {}) {
  const files = new Map<string, string>();
  for (const name of suiteNames) {
    const components = Object.entries({ ...archives[name], ...content?.[name] }).filter(([key]) => key !== without);
    const indexes = components.flatMap(([component, text]) =>
      architectures.map(
        architecture => [`${component} ${architecture}`, text.replaceAll('amd64', architecture)] as const,
      ),
    );
    const key = signedBy?.[name] ?? (name === 'bookworm-pgdg' ? keys.pgdg : keys.debian);
    const release = times?.[name] ?? { date: new Date('2026-01-02T03:04:05Z') };
    const made = await suiteFiles({ name, indexes: Object.fromEntries(indexes) }, release, key.sign);
    for (const [path, text] of made) files.set(path, text);
  }
  alter?.(files);
  await using served = await serveFiles(files);
  return await makeLock({
    sources: pgdgSources,
    present,
    mirrors: { debian: served.url, 'debian-security': served.url, pgdg: served.url },
    keyrings: { debian: keys.debian.keyring, pgdg: keys.pgdg.keyring },
    networkSettings: ['Acquire::http::Proxy "DIRECT";'],
    acceptExpired,
  });
}

describe.skipIf(absence !== undefined)(
  `a lock of PGDG's archive${absence === undefined ? '' : ` (${absence})`}`,
  () => {
    test('has all majors for both kinds of processor, its libraries from Debian', async () => {
      const lock = await lockFrom({ times: { 'bookworm-security': { date: new Date('2026-02-03T04:05:06Z') } } });
      expect(lock.takenAt).toEqual({
        debian: '20260102T030405Z',
        'debian-security': '20260203T040506Z',
        pgdg: '20260102T030405Z',
      });
      expect(lock.sets.map(({ product, version, architecture }) => `${product} ${version} ${architecture}`)).toEqual(
        ['client', 'server'].flatMap(product =>
          ['13.9', '14.9', '15.9', '16.9', '17.9', '18.9', '19beta2'].flatMap(version =>
            architectures.map(architecture => `${product} ${version} ${architecture}`),
          ),
        ),
      );
      for (const { product, major, architecture, packages } of lock.sets) {
        const own = product === 'client' ? `postgresql-client-${major}` : `postgresql-${major}`;
        const found = packages.map(({ name, version, archive }) => `${name} ${version} ${archive}`);
        const library = major === 19 ? '19~beta2-1.pgdg12+1' : '18.9-1.pgdg12+1';
        expect(found.filter(text => !text.startsWith(own))).toEqual([
          'libc6 2.36-9+deb12u10 debian-security',
          `libpq5 ${library} pgdg`,
          ...(product === 'server' ? ['tzdata 1.0-1 debian'] : []),
        ]);
        expect(packages.find(({ name }) => name === own)?.archive).toBe('pgdg');
        expect(packages.every(({ path }) => path.endsWith(`_${architecture}.deb`))).toBe(true);
      }
    });

    test('is the same lock, time included, when nothing but the time has changed', async () => {
      const first = await lockFrom();
      const later = { date: new Date('2026-05-05T05:05:05Z') };
      expect(await lockFrom({ present: first, times: { 'bookworm-pgdg': later } })).toBe(first);
      const libc = stanza('libc6', { Version: '2.36-9+deb12u11' });
      const second = await lockFrom({
        present: first,
        times: { 'bookworm-pgdg': later },
        content: { 'bookworm-security': { main: libc } },
      });
      expect(second.takenAt).toEqual({ ...first.takenAt, pgdg: '20260505T050505Z' });
      expect(second.sets).not.toEqual(first.sets);
    });

    test('leaves what another publisher built as it is', async () => {
      const [first] = (await lockFrom()).sets;
      if (first === undefined) throw new Error('the lock is empty');
      const debian = {
        ...first,
        version: '13.10',
        packages: first.packages.map(each => ({ ...each, archive: 'debian' as const })),
      };
      const { sets } = await lockFrom({
        present: { schema: 1, takenAt: {}, sets: [debian, { ...debian, major: 12 }] },
      });
      expect(sets.filter(({ packages }) => packages.every(({ archive }) => archive === 'debian'))).toEqual([
        { ...debian, major: 12 },
        debian,
      ]);
    });

    const inRelease = 'dists/bookworm-pgdg/InRelease';
    const index = 'dists/bookworm-pgdg/main/binary-arm64/Packages';
    const edit = (path: string, change: (text: string) => string) => (files: Map<string, string>) => {
      files.set(path, change(files.get(path) ?? ''));
    };
    const yesterday = { date: new Date('2026-01-02T03:04:05Z'), validUntil: new Date('2026-01-09T03:04:05Z') };

    test.each<[string, () => Changes, RegExp]>([
      [
        "Debian's key on PGDG's archive",
        () => ({ signedBy: { 'bookworm-pgdg': keys.debian } }),
        /bookworm-pgdg .*NO_PUBKEY/,
      ],
      ["PGDG's key on Debian's archive", () => ({ signedBy: { bookworm: keys.pgdg } }), /bookworm .*NO_PUBKEY/],
      [
        "PGDG's key on security updates",
        () => ({ signedBy: { 'bookworm-security': keys.pgdg } }),
        /security .*NO_PUBKEY/,
      ],
      [
        'an altered release',
        () => ({ alter: edit(inRelease, text => text.replace('Suite: b', 'Suite: c')) }),
        /BADSIG/,
      ],
      ['a release without its signature', () => ({ alter: unsign }), /bookworm-pgdg Release' is not signed/],
      [
        'an altered index',
        () => ({ alter: edit(index, text => text.replace('libpq5', 'libpq4')) }),
        /Hash Sum mismatch/,
      ],
      [
        'an index one byte longer',
        () => ({ alter: edit(index, text => `${text}\n`) }),
        /Hash Sum mismatch|unexpected size/,
      ],
      ['a missing index', () => ({ alter: files => files.delete(index) }), /main arm64 Packages/],
      ['a missing archive', () => ({ alter: files => files.delete(inRelease) }), /does not have a Release file/],
      ['a missing component', () => ({ without: '19' }), /doesn't have the component '19'/],
      ['an expired release', () => ({ times: { 'bookworm-pgdg': yesterday } }), /is expired/],
      [
        'a major that is missing',
        () => ({ content: { 'bookworm-pgdg': { main: postgres(13, '13.9-1') } } }),
        /no package libpq5/,
      ],
      ['a hole in the dependencies', () => ({ content: { bookworm: { main: stanza('libc6') } } }), /needs tzdata/],
    ])('is refused for %s', async (_, changes, message) => {
      await expect(lockFrom(changes())).rejects.toThrow(message);
    });

    test('is made of an expired release only when told so', async () => {
      const lock = await lockFrom({ times: { 'bookworm-pgdg': yesterday }, acceptExpired: true });
      expect(lock.sets).toHaveLength(28);
    });

    function unsign(files: Map<string, string>): void {
      const text = files.get(inRelease) ?? '';
      files.delete(inRelease);
      files.set(
        inRelease.replace('InRelease', 'Release'),
        text.replace(/^[\s\S]*?\n\n/, '').replace(/-----BEGIN[\s\S]*/, ''),
      );
    }
  },
);

describe.skipIf(absence !== undefined)(`a publisher's keyring${absence === undefined ? '' : ` (${absence})`}`, () => {
  test('is taken with exactly the key that is expected', async () => {
    await requireSingleKey(keys.pgdg.keyring, keys.pgdg.fingerprint);
    await expect(requireSingleKey(keys.debian.keyring, keys.pgdg.fingerprint)).rejects.toThrow(keys.debian.fingerprint);
    const both = join(folder, 'both.asc');
    await writeFile(both, (await readFile(keys.pgdg.keyring, 'utf8')) + (await readFile(keys.debian.keyring, 'utf8')));
    await expect(requireSingleKey(both, keys.pgdg.fingerprint)).rejects.toThrow(keys.debian.fingerprint);
    const none = join(folder, 'none.asc');
    await writeFile(none, 'no key at all');
    await expect(requireSingleKey(none, keys.pgdg.fingerprint)).rejects.toThrow(none);
  });
});

describe.skipIf(absence !== undefined)(`the script${absence === undefined ? '' : ` (${absence})`}`, () => {
  const packages = join(root, 'src', 'client', 'lock', 'packages.ts');

  test("refuses a mirror of the machine's apt that Debian did not sign, and leaves the lock alone", async context => {
    const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
    context.skip((await readFile(keyring).catch(() => undefined)) === undefined, `this machine has no ${keyring}`);
    const files = new Map<string, string>();
    for (const name of sources.filter(({ publisher }) => publisher === 'debian').flatMap(({ suites }) => suites)) {
      const indexes = Object.fromEntries(architectures.map(each => [`main ${each}`, archives.bookworm.main]));
      const made = await suiteFiles({ name: name.name, indexes }, { date: new Date() }, keys.debian.sign);
      for (const [path, text] of made) files.set(path, text);
    }
    await using served = await serveFiles(files);
    const configuration = join(folder, 'machine.conf');
    const list = join(folder, 'machine.list');
    await writeFile(list, `deb ${served.url} bookworm main\ndeb ${served.url} bookworm-security main\n`);
    await writeFile(
      configuration,
      `Dir::Etc::sourcelist "${list}";\nDir::Etc::sourceparts "/dev/null";\nAcquire::http::Proxy "DIRECT";\n`,
    );
    const before = await readFile(packages, 'utf8');
    const failure: unknown = await run(process.execPath, ['scripts/lock.ts', '--source', 'debian'], {
      cwd: root,
      env: { ...process.env, APT_CONFIG: configuration },
    }).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('did not verify every index') });
    expect(failure).toMatchObject({ stderr: expect.stringContaining("bookworm-security InRelease' is not signed") });
    expect(await readFile(packages, 'utf8')).toBe(before);
  });

  test('refuses a source that it does not know', async () => {
    const failure: unknown = await run(process.execPath, ['scripts/lock.ts', '--source', 'ubuntu'], {
      cwd: root,
    }).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--source is debian, pgdg, signed, conda-forge, all'),
    });
  });
});

describe.skipIf(absence !== undefined)(`the order of versions${absence === undefined ? '' : ` (${absence})`}`, () => {
  test('is that of dpkg', () => {
    for (const [left, right] of randomPairs(300)) {
      const order = compareDebianVersions(left, right);
      const expected = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
      const { status } = spawnSync('dpkg', ['--compare-versions', left, expected, right]);
      expect({ left, right, expected, status }).toEqual({ left, right, expected, status: 0 });
    }
  });
});

/** Pairs that share a beginning, so that the order is decided late; the same in each run. */
function randomPairs(count: number): readonly (readonly [string, string])[] {
  let state = 20261122;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const signs = ['0', '1', '2', '9', '10', '007', '.', '+', '~', '~~', 'a', 'Z', 'deb', 'rc', '-', '-1'];
  const some = (most: number) => Array.from({ length: random(most) }, () => signs[random(signs.length)]).join('');
  return Array.from({ length: count }, () => {
    const start = `${['', '0:', '1:'][random(3)]}1${some(4)}`;
    return [`${start}${some(4)}1`, `${random(4) === 0 ? '1' : start}${some(4)}1`] as const;
  });
}
