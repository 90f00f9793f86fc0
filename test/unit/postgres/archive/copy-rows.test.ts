import { expect, test } from 'vitest';
import { copyRows } from '../../../../src/postgres/archive/data/copy-rows.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function rowsOf(...texts: readonly string[]): Promise<string> {
  const read: Buffer[] = [];
  for await (const rows of copyRows(pieces(...texts), 'a.dat')) read.push(rows);
  return Buffer.concat(read).toString();
}

test('the rows come without their end, however the pieces fall', async () => {
  const whole = '1\ta\n2\tb\n\\.\n\n\n';
  for (let at = 0; at <= whole.length; at++)
    for (let next = at; next <= whole.length; next++)
      expect(await rowsOf(whole.slice(0, at), whole.slice(at, next), whole.slice(next))).toBe('1\ta\n2\tb\n');
  expect(await rowsOf(...whole.split(''))).toBe('1\ta\n2\tb\n');
  expect(await rowsOf('\\.\n\n\n')).toBe('');
});

test.each([[''], ['1\n'], ['1\n2\n3\n4\n5\n'], ['1\n\\.\n\n'], ['\\.\n']])('%j is cut', async text => {
  await expect(rowsOf(text)).rejects.toThrow('do not end as pg_dump ends them');
});
