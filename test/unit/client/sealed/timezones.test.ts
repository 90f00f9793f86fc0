import { mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SealedFolder } from '../../../../src/client/sealed/sealed-folder.ts';
import { bringTimezones, redirectZones } from '../../../../src/client/sealed/timezones.ts';
import { refusalOf } from '../../refusal.ts';

const program = Buffer.from('code\0/usr/share/zoneinfo\0more\0/usr/share/zoneinfo\0/usr/share/zoneinfo/x\0', 'latin1');

test('a program looks beside its data, and nothing in it moves', () => {
  const copy = redirectZones(program);
  const path = `zoneinfo${'\0'.repeat(12)}`;
  expect(copy.toString('latin1')).toBe(`code\0${path}more\0${path}/usr/share/zoneinfo/x\0`);
  expect(program.toString('latin1')).toContain('code\0/usr/share/zoneinfo\0');
});

test('a program that looks elsewhere is refused', async () => {
  expect((await refusalOf(() => redirectZones(Buffer.from('/usr/share/zoneinfo/x'))))?.code).toBe('PGR253');
});

describe('a server', () => {
  let base = '';
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'sealed-zones-'));
    for (const folder of ['libexec', 'data', 'system/Europe', 'share/zoneinfo', 'lib/postgresql/17/lib'])
      await mkdir(join(base, folder), { recursive: true });
    await writeFile(join(base, 'libexec/postgres'), program);
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  const bring = async (): Promise<string | undefined> => {
    const set = { product: 'server', major: 17, version: '17.11', platform: 'linux', architecture: 'amd64' } as const;
    const manifest = { schema: 1, ...set } as const;
    const built = { loader: 'ld', loaderKnowsArgv0: true, packages: [], files: [] };
    const folder: SealedFolder = { root: base, certificateFile: undefined, manifest: { ...manifest, ...built } };
    const places = { dataFolder: join(base, 'data'), copy: join(base, 'copy'), systemZones: join(base, 'system') };
    return await bringTimezones(folder, places);
  };

  test('stays as it is where the machine has zones', async () => {
    await writeFile(join(base, 'system/Europe/London'), 'TZif');
    expect(await bring()).toBeUndefined();
  });

  test('gets the sealed ones where it has none', async () => {
    const copy = join(base, 'copy/lib/postgresql/17/bin/postgres');
    expect(await bring()).toBe(copy);
    expect(await readFile(copy)).toEqual(redirectZones(program));
    expect((await stat(copy)).mode & 0o777).toBe(0o755);
    const links = ['data/zoneinfo', 'copy/share', 'copy/lib/postgresql/17/lib'].map(path => readlink(join(base, path)));
    expect(await Promise.all(links)).toEqual(['../share/zoneinfo', '../share', '../../../../lib/postgresql/17/lib']);
  });
});
