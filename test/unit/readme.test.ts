import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../src/cli/help.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { expandShortForm } from '../../src/config/short-form.ts';
import { catalogue } from '../../src/errors.ts';
import { version } from '../../src/version.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'README.md'), 'utf8');
const [workflow = '', declared = ''] = Array.from(text.matchAll(/^```yaml\n(.*?)^```$/gms), ([, block = '']) => block);
const surroundings = {
  workspace: '/srv/space',
  temporary: '/tmp',
  environment: { STAGING_DATABASE_URL: 'postgresql://me@localhost/app' },
};

test('the workflow asks for a whole round trip', () => {
  const { uses, with: inputs } = parse(workflow).jobs.drill.steps[0];
  expect(uses).toBe(`pg-roundtrip/pg-roundtrip@v${version}`);
  const values = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
  const config = expandShortForm({ ...values, 'source-url': 'postgresql://me@localhost/app' }, surroundings);
  expect(config.steps.map(({ kind }) => kind)).toEqual(['dump', 'restore', 'verify', 'publish']);
});

test('the declared file is sound', () => {
  const config = parseConfig(declared, { file: 'README.md', ...surroundings });
  expect(config.steps.map(({ kind }) => kind)).toEqual(['dump', 'restore', 'verify', 'publish']);
});

test('the commands and exit codes exist', () => {
  const named = Array.from(text.matchAll(/^\$ pg-roundtrip (\w+)/gm), ([, name]) => name);
  expect(named.length).toBeGreaterThan(3);
  expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  const codes = Array.from(text.matchAll(/^\| `failed` \| (\d+) \|/gm), ([, code]) => Number(code));
  expect(codes).toEqual([...new Set(Object.values(catalogue).map(({ exit }) => exit))].toSorted((a, b) => a - b));
});

test('its links lead somewhere', () => {
  for (const [, path = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
    expect(() => readFileSync(join(root, path))).not.toThrow(/ENOENT/);
});

test('the examples pin this version as well', () => {
  const folder = join(root, 'examples');
  const workflows = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('workflow.yml'),
  );
  expect(workflows.length).toBeGreaterThan(3);
  for (const name of workflows)
    for (const [, pinned] of readFileSync(join(folder, name), 'utf8').matchAll(/pg-roundtrip\/pg-roundtrip@(\S+)/g))
      expect(pinned).toBe(`v${version}`);
});
