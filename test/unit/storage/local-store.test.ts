import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileContent } from '../../../src/storage/file-content.ts';
import { localStore } from '../../../src/storage/local/local-store.ts';
import { contentOf, never, readAll, someBytes } from '../../support/stored-objects.ts';
import { withFolder } from '../dumpset/dump-sets.ts';
import { refusalOf } from '../refusal.ts';

const body = someBytes(3_000_000);

test('files and folders are for their user alone, whatever the umask', () =>
  withFolder(async base => {
    const before = process.umask(0);
    try {
      await localStore(join(base, 'store')).put('a/b/set.tar', contentOf(body), never);
    } finally {
      process.umask(before);
    }
    for (const folder of ['store', 'store/a', 'store/a/b']) {
      expect((await stat(join(base, folder))).mode & 0o777, folder).toBe(0o700);
    }
    expect((await stat(join(base, 'store/a/b/set.tar'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(base, 'store'), { recursive: true })).toEqual(['a', 'a/b', 'a/b/set.tar']);
  }));

test('a file has its name when it is complete, and what fails leaves neither file nor folder', () =>
  withFolder(async base => {
    const store = localStore(join(base, 'store'));
    const names: string[] = [];
    const chunks = (async function* () {
      yield body.subarray(0, 1_000_000);
      names.push(...(await readdir(join(base, 'store/a'))));
      expect(await store.list(never)).toEqual([]);
      throw new RangeError('broken');
    })();
    await expect(store.put('a/set.tar', { bytes: body.length, chunks }, never)).rejects.toThrow('broken');
    expect(names).toEqual([expect.stringMatching(/^\.[0-9a-f-]{36}\.pg-roundtrip-partial$/)]);
    expect(await readdir(base)).toEqual([]);
  }));

test.each([
  ['a link to a folder elsewhere', 'store/a', 'outside'],
  ['a link to a file elsewhere', 'store/set.tar', 'outside/set.tar'],
])('%s leads nowhere', (_, at, to) =>
  withFolder(async base => {
    await mkdir(join(base, 'store'));
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside/set.tar'), 'not ours');
    await symlink(join(base, to), join(base, at));
    const store = localStore(join(base, 'store'));
    const key = at === 'store/a' ? 'a/set.tar' : 'set.tar';
    expect((await refusalOf(() => readAll(store.get(key, never))))?.code).toMatch(/^PGR(?:130|231)$/);
    expect((await refusalOf(() => store.put(key, contentOf(body), never)))?.code).toMatch(/^PGR13[01]$/);
    expect((await refusalOf(() => store.list(never)))?.code).toBe('PGR130');
    await refusalOf(() => store.remove(key, never));
    expect(await readFile(join(base, 'outside/set.tar'), 'utf8')).toBe('not ours');
    expect(await readdir(join(base, 'outside'))).toEqual(['set.tar']);
  }),
);

test('links inside of the folder are no objects, and those that lead nowhere neither', () =>
  withFolder(async base => {
    const store = localStore(base);
    await store.put('2026/set.tar', contentOf(body), never);
    await symlink('2026/set.tar', join(base, 'latest.tar'));
    await symlink('2026', join(base, 'latest'));
    await symlink('gone', join(base, 'broken'));
    expect((await store.list(never)).map(({ key }) => key)).toEqual(['2026/set.tar']);
    expect((await refusalOf(() => readAll(store.get('latest.tar', never))))?.code).toBe('PGR231');
    expect((await refusalOf(() => store.put('broken', contentOf(body), never)))?.code).toBe('PGR131');
    expect((await refusalOf(() => store.put('broken/set.tar', contentOf(body), never)))?.code).toBe('PGR232');
  }));

test('a folder as the store itself may be a link', () =>
  withFolder(async base => {
    await mkdir(join(base, 'disk'));
    await symlink('disk', join(base, 'store'));
    const store = localStore(join(base, 'store'));
    await store.put('a/set.tar', contentOf(body), never);
    expect((await readAll(store.get('a/set.tar', never))).equals(body)).toBe(true);
    expect((await store.list(never)).length).toBe(1);
  }));

test('a key below a file cannot be stored, and a folder is no object', () =>
  withFolder(async base => {
    const store = localStore(base);
    await store.put('a/set.tar', contentOf(body), never);
    expect(await refusalOf(() => store.put('a/set.tar/b', contentOf(body), never))).toMatchObject({
      code: 'PGR232',
      message: expect.stringMatching(/could not be stored: the system says E(?:NOTDIR|EXIST)/),
    });
    expect((await refusalOf(() => store.put('a', contentOf(body), never)))?.code).toBe('PGR131');
    expect((await refusalOf(() => readAll(store.get('a', never))))?.code).toBe('PGR231');
  }));

test('what shrinks while it is read was not read to its end', () =>
  withFolder(async base => {
    const store = localStore(base);
    await store.put('set.tar', contentOf(body), never);
    const reading = (async () => {
      for await (const _ of store.get('set.tar', never)) await writeFile(join(base, 'set.tar'), 'short');
    })();
    expect(await refusalOf(() => reading)).toMatchObject({ code: 'PGR232', message: expect.stringContaining('size') });
  }));

test('a list that cannot be read is none, and a folder that is not there yet is empty', () =>
  withFolder(async base => {
    await writeFile(join(base, 'file'), '');
    for (const wrong of ['file', 'file/below']) {
      expect((await refusalOf(() => localStore(join(base, wrong)).list(never)))?.code).toBe('PGR232');
    }
    expect(await localStore(join(base, 'later')).list(never)).toEqual([]);
  }));

test('a file is the content of an object, and what it has become by then decides', () =>
  withFolder(async base => {
    const [file, store] = [join(base, 'file'), localStore(join(base, 'store'))];
    await writeFile(file, body);
    await store.put('set.tar', await fileContent(file), never);
    expect((await readAll(store.get('set.tar', never))).equals(body)).toBe(true);
    const content = await fileContent(file);
    await writeFile(file, body.subarray(1));
    expect((await refusalOf(() => store.put('other.tar', content, never)))?.code).toBe('PGR232');
  }));
