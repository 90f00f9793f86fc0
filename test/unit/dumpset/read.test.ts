import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatChecksums, hashFolder } from '../../../src/dumpset/checksums.ts';
import { checkDumpSet, checkManifest, readManifest } from '../../../src/dumpset/read.ts';
import { refusalOf } from '../refusal.ts';
import { appManifest, makeDumpSet, withFolder } from './dump-sets.ts';

const asWritten: unknown = JSON.parse(JSON.stringify(appManifest));

test('a dump set is read as it was written', () =>
  withFolder(async base => {
    const folder = await makeDumpSet(join(base, 'set'));
    expect(await readManifest(folder)).toEqual(asWritten);
    expect(await checkManifest(folder)).toEqual(asWritten);
    expect(await checkDumpSet(folder)).toEqual(asWritten);
  }));

test('a dump set may be moved', () =>
  withFolder(async base => {
    await rename(await makeDumpSet(join(base, 'set')), join(base, 'elsewhere'));
    expect(await checkDumpSet(join(base, 'elsewhere'))).toEqual(asWritten);
  }));

describe('no dump set', () => {
  test.each<readonly [string, string, (path: string) => Promise<unknown>]>([
    ['nothing there', 'PGR171', () => Promise.resolve()],
    ['an empty folder', 'PGR171', path => mkdir(path)],
    ['a file', 'PGR171', path => writeFile(path, '')],
    ['a folder instead of a manifest', 'PGR221', path => mkdir(join(path, 'manifest.json'), { recursive: true })],
  ])('%s', (_, code, make) =>
    withFolder(async base => {
      await make(join(base, 'set'));
      for (const read of [readManifest, checkManifest, checkDumpSet]) {
        expect((await refusalOf(() => read(join(base, 'set'))))?.code).toBe(code);
      }
    }),
  );
});

describe('a manifest', () => {
  test.each<readonly [string, string, unknown]>([
    ['no JSON', 'PGR172', undefined],
    ['null', 'PGR172', null],
    ['a list', 'PGR172', []],
    ['without schema', 'PGR172', { databases: [] }],
    ['without databases', 'PGR172', { schema: 1, client: { major: 15 } }],
    ['without client', 'PGR172', { schema: 1, databases: [] }],
    ['with a database that is none', 'PGR172', { schema: 1, client: { major: 15 }, databases: [null] }],
    ['with a database without path', 'PGR172', { schema: 1, client: { major: 15 }, databases: [{ name: 'a' }] }],
    ['of a later schema, whatever it holds', 'PGR171', { schema: 2 }],
    ['of no known schema', 'PGR171', { schema: '1', databases: [] }],
  ])('%s', (_, code, content) =>
    withFolder(async base => {
      const folder = await makeDumpSet(join(base, 'set'));
      await writeFile(join(folder, 'manifest.json'), content === undefined ? '{"schema": 1,' : JSON.stringify(content));
      expect((await refusalOf(() => readManifest(folder)))?.code).toBe(code);
    }),
  );

  test('of a later schema is said to be that', () =>
    withFolder(async base => {
      const folder = await makeDumpSet(join(base, 'set'));
      await writeFile(join(folder, 'manifest.json'), '{"schema": 2}');
      expect((await refusalOf(() => readManifest(folder)))?.message).toContain('schema 2');
    }));
});

describe('a dump set that has changed is refused', () => {
  const cases: readonly (readonly [string, RegExp, (folder: string) => Promise<unknown>])[] = [
    ['a file with a byte more', /toc\.dat has changed/, folder => appendFile(join(folder, 'app.dir/toc.dat'), '!')],
    ['a file with another byte', /toc\.dat has changed/, folder => writeFile(join(folder, 'app.dir/toc.dat'), 'toC')],
    ['a missing file', /globals\.sql is missing/, folder => rm(join(folder, 'globals.sql'))],
    ['a missing archive', /4021\.dat\.gz is missing/, folder => rm(join(folder, 'app.dir'), { recursive: true })],
    ['another file', /app\.dir\/x does not belong to it/, folder => writeFile(join(folder, 'app.dir/x'), '')],
    ['other sums below', /SHA256SUMS does not belong/, folder => writeFile(join(folder, 'app.dir/SHA256SUMS'), '')],
    ['a link', /neither a file nor a folder/, folder => symlink('toc.dat', join(folder, 'app.dir/x'))],
    ['no sums', /SHA256SUMS is missing, so .* never finished/, folder => rm(join(folder, 'SHA256SUMS'))],
    ['malformed sums', /SHA256SUMS is malformed/, folder => appendFile(join(folder, 'SHA256SUMS'), 'x\n')],
    ['a changed manifest', /manifest\.json has changed/, folder => appendFile(join(folder, 'manifest.json'), ' ')],
    [
      'a manifest that is not listed',
      /manifest\.json does not belong to it, manifest\.json is not listed/,
      unlist(/manifest/),
    ],
    ['an archive that is not listed', /app\.dir\/toc\.dat does not belong to it/, unlist(/app\.dir/)],
    [
      'an archive elsewhere',
      /\.\.\/other\.dir is not listed/,
      async folder => {
        const text = await readFile(join(folder, 'manifest.json'), 'utf8');
        await writeFile(join(folder, 'manifest.json'), text.replace('"app.dir"', '"../other.dir"'));
        await writeFile(join(folder, 'SHA256SUMS'), await freshSums(folder));
      },
    ],
  ];

  test.each(cases)('%s', (_, words, change) =>
    withFolder(async base => {
      const folder = await makeDumpSet(join(base, 'set'));
      await change(folder);
      const refusal = await refusalOf(() => checkDumpSet(folder));
      expect(refusal?.code).toBe('PGR172');
      expect(refusal?.message).toMatch(words);
    }),
  );

  test('five differences are named, and how many more there are', () =>
    withFolder(async base => {
      const folder = await makeDumpSet(join(base, 'set'));
      for (let index = 0; index < 8; index++) await writeFile(join(folder, `more-${index}`), '');
      const refusal = await refusalOf(() => checkDumpSet(folder));
      expect(refusal?.message.match(/does not belong/g)).toHaveLength(5);
      expect(refusal?.message).toMatch(/ and 3 more$/);
    }));

  test('a manifest alone is enough where nothing else is read', () =>
    withFolder(async base => {
      const folder = await makeDumpSet(join(base, 'set'));
      await writeFile(join(folder, 'globals.sql'), 'changed');
      expect(await checkManifest(folder)).toEqual(asWritten);
      await appendFile(join(folder, 'manifest.json'), ' ');
      expect((await refusalOf(() => checkManifest(folder)))?.message).toContain('manifest.json has changed');
    }));
});

function unlist(lines: RegExp): (folder: string) => Promise<void> {
  return async folder => {
    const sums = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).split('\n').filter(line => !lines.test(line));
    await writeFile(join(folder, 'SHA256SUMS'), sums.join('\n'));
  };
}

async function freshSums(folder: string): Promise<string> {
  return formatChecksums(await hashFolder(folder, { leaveOut: ['SHA256SUMS'] }));
}
