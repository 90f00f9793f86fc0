import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/read.ts';
import { RoundtripError } from '../../../src/errors.ts';
import { withSteps } from './declarations.ts';

const workspace = mkdtempSync(join(tmpdir(), 'pg-roundtrip-config-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const read = (path: string) => readConfig(path, { environment: {}, workspace, temporary: undefined });

async function refusal(path: string): Promise<string> {
  const error = await read(path).catch((thrown: unknown) => thrown);
  return error instanceof RoundtripError ? error.message : String(error);
}

const text = withSteps('  - sql: { on: target, run: x }');

test('a file is found from the workspace, and by its absolute path', async () => {
  writeFileSync(join(workspace, 'good.yml'), `\uFEFF${text}`);
  expect((await read('good.yml')).steps).toHaveLength(1);
  expect((await read(join(workspace, 'good.yml'))).steps).toHaveLength(1);
});

test('problems carry the path as it was given', async () => {
  writeFileSync(join(workspace, 'bad.yml'), 'version: 1\n');
  const error = await read('./bad.yml').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ problems: [{ at: { file: './bad.yml', line: 1, column: 1 } }] });
});

test('what cannot be read is refused', async () => {
  mkdirSync(join(workspace, 'folder'));
  writeFileSync(join(workspace, 'latin1.yml'), Buffer.from('# caf\xe9\n', 'latin1'));
  writeFileSync(join(workspace, 'large.yml'), 'x'.repeat(1024 * 1024 + 1));
  expect(await refusal('absent.yml')).toBe('PGR126 the declared file absent.yml does not exist');
  expect(await refusal('latin1.yml/x')).toBe('PGR126 the declared file latin1.yml/x does not exist');
  expect(await refusal('folder')).toBe('PGR126 the declared file folder is a folder');
  expect(await refusal('/dev/zero')).toBe('PGR126 the declared file /dev/zero is not a file');
  expect(await refusal('latin1.yml')).toBe('PGR126 the declared file latin1.yml is not UTF-8');
  expect(await refusal('large.yml')).toBe('PGR120 the declared file large.yml is larger than 1048576 bytes');
});

test.skipIf(process.getuid?.() === 0)('a file without permission is refused', async () => {
  writeFileSync(join(workspace, 'closed.yml'), text);
  chmodSync(join(workspace, 'closed.yml'), 0);
  expect(await refusal('closed.yml')).toBe('PGR126 the declared file closed.yml may not be read by this user');
});
