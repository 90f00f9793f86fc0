import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/errors.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');

interface Promised {
  readonly id: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** Rows that begin with what is promised and end with its tests: `FILE` › TITLE, `FILE` › TITLE. */
const promises: readonly Promised[] = [...page.matchAll(/^\| ([A-Z]+\d+) \|.*\| ([^|]*) \|$/gm)].map(
  ([, id = '', cell = '']) => ({
    id,
    tests: [...cell.matchAll(/`(test\/[^`]+)` › (.*?)(?=, `test\/|$)/g)].map(([, file = '', title = '']) => ({
      file,
      title,
    })),
  }),
);

const ids = promises.map(({ id }) => id);
const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

describe('the threat model', () => {
  test('has each secure default, each fault and each guard, once', () => {
    const guards = Object.entries(catalogue).flatMap(([code, { exit }]) => (exit === 4 ? [code] : []));
    const expected = [...numbered('R', 9), ...numbered('D', 18), ...guards, ...numbered('F', 15)];
    expect(ids).toEqual(expected);
  });

  test.each(promises)('names a test for $id', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, title } of tests) {
      const path = join(root, file);
      expect(existsSync(path), file).toBe(true);
      const titles = titlesIn(readFileSync(path, 'utf8'));
      expect(
        titles.some(one => one.includes(title)),
        `${file} › ${title}`,
      ).toBe(true);
    }
  });

  test('names nothing in another form', () => {
    const named = page.match(/`test\//g) ?? [];
    expect(promises.flatMap(({ tests }) => tests)).toHaveLength(named.length);
  });
});

/** Lines of the source from the first quote on: a title stands behind one, a comment does not. */
function titlesIn(source: string): readonly string[] {
  return source.split('\n').flatMap(line => (/^\s*(?:\/?\*|\/\/)/.test(line) ? [] : (/['"`].*/.exec(line)?.[0] ?? [])));
}
