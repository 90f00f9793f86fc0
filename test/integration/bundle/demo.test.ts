import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** The bundled command line, as somebody has it who has cloned the repository and installed nothing. */
const cli = join(resolve(process.env['PG_ROUNDTRIP_DIST'] ?? 'dist'), 'cli', 'index.js');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pg-roundtrip-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function demo(node: string) {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, LC_ALL: 'C' };
  return spawnSync(node, [cli, 'demo'], { cwd: folder, env: environment, encoding: 'utf8' });
}

test('the demo proves its shop, from the bundle alone, and leaves nothing', () => {
  const { status, stdout, stderr } = demo(process.execPath);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('✓ PASSED');
  expect(stdout).toMatch(/objects +4\d\d +0 +passed/);
  expect(stdout).toMatch(/rows +5\d +0 +passed/);
  expect(readdirSync(folder)).toEqual([]);
});

test('the command line runs on the oldest Node that it promises', context => {
  const old = olderNode();
  context.skip(old === undefined, 'no Node before 24 is on PATH');
  expect(spawnSync(old ?? '', [cli, '--version'], { encoding: 'utf8' }).status).toBe(0);
  const { status, stdout, stderr } = demo(old ?? '');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('✓ PASSED');
});

/** The tests bring Node 24 along; what the machine itself has may be older. */
function olderNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(path => !path.includes('node_modules'));
  return folders
    .map(path => join(path, 'node'))
    .filter(path => existsSync(path))
    .find(path => /^v2[0-3]\./.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout));
}
