import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { version } from '../../../src/version.ts';

const root = process.cwd();
const fresh = mkdtempSync(join(tmpdir(), 'pg-roundtrip-dist-'));
afterAll(() => rmSync(fresh, { recursive: true, force: true }));

test('dist is byte for byte what the source builds', () => {
  execFileSync(process.execPath, ['scripts/bundle.ts', fresh], { cwd: root });
  const files = filesBelow(fresh);
  expect(filesBelow(join(root, 'dist'))).toEqual(files);
  expect(files).toContain('action/index.js');
  expect(files).toContain('cli/index.js');
  const different = files.filter(
    file => !readFileSync(join(root, 'dist', file)).equals(readFileSync(join(fresh, file))),
  );
  expect(different).toEqual([]);
});

test('the command line holds nothing of @actions, and the action loads its artifact client only when needed', () => {
  const cli = readFileSync(join(root, 'dist/cli/index.js'), 'utf8');
  expect(cli).not.toContain('ACTIONS_RUNTIME_TOKEN');
  expect(cli).not.toContain('node_modules/@actions/');
  const action = readFileSync(join(root, 'dist/action/index.js'), 'utf8');
  expect(action).not.toContain('CreateArtifact');
  expect(filesBelow(join(root, 'dist/action')).some(file => /^\d+\.index\.js$/.test(file))).toBe(true);
});

test('the bundles say the version of package.json', () => {
  const { version: declared } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(version).toBe(declared);
  expect(execFileSync(process.execPath, [join(root, 'dist/cli/index.js'), '--version'], { encoding: 'utf8' })).toBe(
    `${declared}\n`,
  );
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
