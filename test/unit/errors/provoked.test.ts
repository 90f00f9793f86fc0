import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { provoked } from './provoked.ts';

const tests = join(import.meta.dirname, '../..');

/** What starts the command line, the bundled action, or a run of the command line within the test's own process. */
const doors = ['cli.ts', 'round-trip.ts', 'action-runner.ts', 'in-process.ts'].map(name => `support/${name}`);

/** A file and everything of the tests that it loads. */
function loaded(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const path = join(tests, file);
  if (seen.has(file) || !existsSync(path)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/^import (?!type )[^;]*? from '(\.[^']+)';/gm))
    loaded(relative(tests, join(dirname(path), name)), seen);
  return seen;
}

const depth = (line: string) => line.search(/\S|$/);

/** The test, row or function that a text stands in: a row of one line, else from an opening line to the one that closes it. */
function blockAt(lines: readonly string[], text: string): string | undefined {
  const found = lines.findIndex(line => line.includes(text));
  const line = lines[found];
  if (line === undefined) return undefined;
  const opens = /[[{(]$/.test(line);
  if (!opens && /^\s*[[{].*[\]}],$/.test(line)) return line;
  const start = opens ? found : lines.findLastIndex((one, index) => index < found && depth(one) < depth(line));
  const deep = depth(lines[start] ?? '');
  const end = lines.findIndex((one, index) => index > start && one.trim() !== '' && depth(one) <= deep);
  return lines.slice(start, end).join('\n');
}

describe('every code is provoked, and asserted, by a test', () => {
  test.each(Object.entries(provoked))('%s', (code, { file, at, by = file, noDoor }) => {
    const block = blockAt(readFileSync(join(tests, file), 'utf8').split('\n'), at);
    expect(block, `${file} has no "${at}"`).toBeDefined();
    expect(block).toMatch(new RegExp(`\\b${code}\\b`));
    expect(loaded(by)).toContain(file);
    expect(doors.some(door => loaded(by).has(door))).toBe(noDoor === undefined);
  });
});

test.each([
  [['  [1, "A"],', '  [2, "B"],'], '2', '  [2, "B"],'],
  [
    ['x([', '  {', '    name: 1,', '    code: 2,', '  },', '  {', '    name: 3,', '  },', ']);'],
    'name: 1',
    ['  {', '    name: 1,', '    code: 2,'].join('\n'),
  ],
  [
    ['test(1, () => {', '  A;', '});', 'test(2, () => {', '  B;', '});'],
    'test(2',
    ['test(2, () => {', '  B;'].join('\n'),
  ],
  [['none'], 'other', undefined],
])('what belongs to a name in %j', (lines, text, expected) => {
  expect(blockAt(lines, text)).toBe(expected);
});
