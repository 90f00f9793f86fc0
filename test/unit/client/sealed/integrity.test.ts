import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installSet } from '../../../../src/client/sealed/install.ts';
import { checkSealed } from '../../../../src/client/sealed/integrity.ts';
import { refusalOf } from '../../refusal.ts';
import { type CraftedSet, craftSet, optionsFor } from './crafted-set.ts';
import { startArchive } from './mirror-server.ts';

let base = '';
let crafted: CraftedSet;
/** A copy for each test. */
let root = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'sealed-integrity-'));
  crafted = await craftSet({ glibc: '2.31-13' });
  await using mirror = await startArchive(crafted.files);
  await installSet(crafted.set, join(base, 'whole'), optionsFor(mirror.url));
});
beforeEach(async () => {
  root = join(await mkdtemp(join(base, 'copy-')), 'moved here');
  await cp(join(base, 'whole'), root, { recursive: true, verbatimSymlinks: true });
});
afterAll(() => rm(base, { recursive: true, force: true }));

const at = (path: string): string => join(root, path);

test('a sound folder is opened wherever it lies', async () => {
  const folder = await checkSealed(root, crafted.set);
  expect(folder).toMatchObject({ root, manifest: { product: 'client', version: '17.11', loaderKnowsArgv0: false } });
});

describe('a folder is refused when', () => {
  test.each<readonly [string, () => Promise<unknown>, string]>([
    ['a bit of a library flipped', async () => flip('lib/libpq.so.5'), 'lib/libpq.so.5 was changed'],
    ['a program grew', async () => writeFile(at('libexec/psql.d/bin/psql'), 'x', { flag: 'a' }), 'psql has '],
    ['a wrapper is another', async () => flip('bin/psql'), 'bin/psql was changed'],
    ['a library is gone', () => rm(at('lib/libc.so.6')), 'lib/libc.so.6 is missing'],
    ['a folder is gone', () => rm(at('lib'), { recursive: true }), 'is missing'],
    ['a library was added', () => writeFile(at('lib/libevil.so'), 'x'), 'lib/libevil.so does not belong there'],
    [
      'a better library for this processor was added',
      async () => {
        await mkdir(at('lib/glibc-hwcaps/x86-64-v3'), { recursive: true });
        await writeFile(at('lib/glibc-hwcaps/x86-64-v3/libc.so.6'), 'x');
      },
      'lib/glibc-hwcaps/x86-64-v3/libc.so.6 does not belong there',
    ],
    [
      'a file is a link to the same',
      async () => {
        await rename(at('lib/libpq.so.5'), join(base, 'elsewhere'));
        await symlink(join(base, 'elsewhere'), at('lib/libpq.so.5'));
      },
      'lib/libpq.so.5 is no file',
    ],
    [
      'a link leads elsewhere',
      async () => {
        await rm(at('libexec/psql.d/bin/pg_dump'));
        await symlink('/tmp/evil', at('libexec/psql.d/bin/pg_dump'));
      },
      'libexec/psql.d/bin/pg_dump leads to /tmp/evil',
    ],
    [
      'a link is a file',
      async () => {
        await rm(at('libexec/psql.d/bin/pg_dump'));
        await writeFile(at('libexec/psql.d/bin/pg_dump'), 'x');
      },
      'libexec/psql.d/bin/pg_dump is no link',
    ],
    ['a program can no longer be run', () => chmod(at('lib/libpq.so.5'), 0o644), 'lib/libpq.so.5 is not executable'],
    ['the manifest is gone', () => rm(at('MANIFEST.json')), 'it has no MANIFEST.json of the locked client 17.11'],
    ['the manifest is no JSON', () => writeFile(at('MANIFEST.json'), '{'), 'it has no MANIFEST.json'],
    ['the manifest is null', () => writeFile(at('MANIFEST.json'), 'null'), 'it has no MANIFEST.json'],
    ['it is not there', () => rm(root, { recursive: true }), 'it has no MANIFEST.json'],
  ])('%s', async (_, damage, message) => {
    await damage();
    const problem = await refusalOf(() => checkSealed(root, crafted.set));
    expect(problem).toMatchObject({ code: 'PGR254', message: expect.stringContaining(message) });
  });

  test('it was made from other packages', async () => {
    const [first, ...others] = crafted.set.packages;
    if (first === undefined) throw new Error('no packages');
    const set = { ...crafted.set, packages: [{ ...first, sha256: '0'.repeat(64) }, ...others] };
    expect((await refusalOf(() => checkSealed(root, set)))?.code).toBe('PGR254');
  });

  test.each<readonly [string, (text: string) => string]>([
    ['a loader elsewhere', text => text.replace(/"loader": "[^"]+"/, '"loader": "../../../tmp/evil"')],
    ['files of another form', text => text.replace('"executable": true', '"executable": "yes"')],
    ['a key more', text => text.replace('{', '{"more": 1,')],
  ])('its manifest says %s', async (_, change) => {
    const text = await readFile(at('MANIFEST.json'), 'utf8');
    expect(change(text)).not.toBe(text);
    await writeFile(at('MANIFEST.json'), change(text));
    expect((await refusalOf(() => checkSealed(root, crafted.set)))?.message).toContain('it has no MANIFEST.json');
  });
});

async function flip(path: string): Promise<void> {
  const bytes = await readFile(at(path));
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  await writeFile(at(path), bytes);
}
