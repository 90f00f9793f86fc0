import { describe, expect, it } from 'vitest';
import { differingLines } from '../../../src/verify/differing-lines.ts';

const lines = (...all: readonly string[]) => all.join('\n');
const numbered = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const cases = [
  ['one line in the middle', lines('a', 'b', 'c'), lines('a', 'x', 'c'), 'b', 'x'],
  ['a line more', lines('a', 'c'), lines('a', 'b', 'c'), '', 'b'],
  ['a line less at the end', lines('a', 'b'), 'a', 'b', ''],
  ['two places', lines('a', 'b', 'c', 'd', 'e'), lines('a', 'x', 'c', 'y', 'e'), 'b\nd', 'x\ny'],
  ['a repeated line', lines('a', 'a', 'b'), lines('a', 'b'), 'a', ''],
  ['lines in another order', lines('a', 'b'), lines('b', 'a'), 'a', 'a'],
  [
    'indentation is not shown',
    lines('f', '    id integer NOT NULL,'),
    lines('f', '    id integer,'),
    'id integer NOT NULL,',
    'id integer,',
  ],
  ['unless it is the difference', lines('f', '    x'), lines('f', '  x'), '    x', '  x'],
  ['a blank line', lines('a', 'b'), lines('a', '', 'b'), '', '(blank line)'],
  ['nothing at all', 'a', 'a', '', ''],
] as const;

describe('differingLines', () => {
  it.each(cases)('%s', (_name, expected, actual, ours, theirs) => {
    expect(differingLines(expected, actual)).toEqual({ expected: ours, actual: theirs });
  });

  it('shows twenty lines and says how many more there are', () => {
    const { expected, actual } = differingLines(lines(...numbered(25, 'a')), 'b');
    expect(expected.split('\n')).toEqual([...numbered(20, 'a'), '… 5 more lines']);
    expect(actual).toBe('b');
  });

  it('shows a long line around the place where it differs', () => {
    const { expected, actual } = differingLines(
      `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`,
      `${'x'.repeat(5000)}THERE`,
    );
    expect(expected).toMatch(/^…x{60}HEREy+…$/);
    expect(expected).toHaveLength(202);
    expect(actual).toMatch(/^…x+THERE$/);
  });

  it('does not compare texts of thousands of lines with each other line by line', () => {
    const { expected } = differingLines(lines(...numbered(50_000, 'a')), lines(...numbered(50_000, 'b')));
    expect(expected).toContain('… 49980 more lines');
  });
});
