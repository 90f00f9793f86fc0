import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveName, plainNames } from '../../../src/dumpset/naming.ts';

test.each([
  ['app', '.sql', 'app.sql', 'app.toc'],
  ['App', '.sql.gz', '%41pp.sql.gz', '%41pp.toc'],
  ['globals', '.sql', '%67lobals.sql', '%67lobals.toc'],
])('the plain dump of %j is kept in files of its own', (database, suffix, path, contents) => {
  expect(plainNames(database, suffix)).toEqual({ path, contents });
});

test.each([
  ['app', 'app.dump'],
  ['app_2-b.c', 'app_2-b.c.dump'],
  ['App', '%41pp.dump'],
  ['.hidden', '%2Ehidden.dump'],
  ['-x', '%2Dx.dump'],
  ['..', '%2E..dump'],
  ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd.dump'],
  ['a/b', 'a%2Fb.dump'],
  ['a\\b', 'a%5Cb.dump'],
  ['50%', '50%25.dump'],
  ['a%41', 'a%2541.dump'],
  ['a b\n"<>|:*?\r\u0000', 'a%20b%0A%22%3C%3E%7C%3A%2A%3F%0D%00.dump'],
  ['Ä', '%C3%84.dump'],
  ['a\u0308', 'a%CC%88.dump'],
  ['😀', '%F0%9F%98%80.dump'],
  ['con', '%63on.dump'],
  ['nul.old', '%6Eul.old.dump'],
  ['com1', '%63om1.dump'],
  ['console', 'console.dump'],
])('%j is kept in %s', (database, name) => {
  expect(archiveName(database, 'custom')).toBe(name);
});

test('a directory has another suffix', () => {
  expect(archiveName('app', 'directory')).toBe('app.dir');
});

/** Deterministic, so that a failure can be repeated. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A name of at most 63 bytes, as Postgres allows. */
function randomName(random: (below: number) => number): string {
  const alphabets = ['abAB', 'a.%-_/\\', 'ßüÄ\u0308İı', '漢字仮名', '😀🎉', 'conauxCON.1', '\u0000\n\r\t "\'*?'];
  let name = '';
  for (let left = 1 + random(20); left > 0; left--) {
    const signs = Array.from(alphabets[random(alphabets.length)] ?? 'x');
    const next = name + (signs[random(signs.length)] ?? 'x');
    if (Buffer.byteLength(next) > 63) break;
    name = next;
  }
  return name;
}

describe('any two names', () => {
  const random = randomNumbers(20_261_122);
  const names = [...new Set(Array.from({ length: 5_000 }, () => randomName(random)))];

  test('never share a file, also where capitals are no difference', () => {
    const files = new Set(names.map(name => archiveName(name, 'custom').toLowerCase()));
    expect(names.length).toBeGreaterThan(1_000);
    expect(files.size).toBe(names.length);
  });

  test('use only signs that every file system and artifact store takes', () => {
    expect(
      names.map(name => archiveName(name, 'directory')).filter(file => !/^[a-z0-9_%][A-Z0-9a-z_.%-]*\.dir$/.test(file)),
    ).toEqual([]);
  });

  test('can be read back', () => {
    for (const name of names) expect(decodeURIComponent(archiveName(name, 'custom').replace(/\.dump$/, ''))).toBe(name);
  });
});

test.each(['字', '😀', 'A', '\n'])('the longest name of %j makes a file', async sign => {
  const name = sign.repeat(Math.floor(63 / Buffer.byteLength(sign)));
  const file = archiveName(name, 'custom');
  expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
  const folder = await mkdtemp(join(tmpdir(), 'naming-'));
  try {
    await writeFile(join(folder, file), '');
  } finally {
    await rm(folder, { recursive: true });
  }
});
