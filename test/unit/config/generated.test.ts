import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { step } from '../../../src/config/declaration/file.ts';
import { storage } from '../../../src/config/declaration/storages.ts';
import { renderActionMetadata } from '../../../src/config/documents/action-metadata.ts';
import { renderErrors } from '../../../src/config/documents/errors.ts';
import { renderJsonSchema } from '../../../src/config/documents/json-schema.ts';
import { renderOptions } from '../../../src/config/documents/options.ts';
import { renderReference } from '../../../src/config/documents/reference.ts';
import { actionInputs } from '../../../src/config/inputs.ts';
import { outputs } from '../../../src/config/outputs.ts';
import { expandShortForm, shortInputs } from '../../../src/config/short-form.ts';
import { parse, surroundings } from './declarations.ts';

const root = join(import.meta.dirname, '../../..');

test.each([
  ['docs/pg-roundtrip.schema.json', renderJsonSchema],
  ['docs/reference.md', renderReference],
  ['docs/options.md', renderOptions],
  ['docs/errors.md', renderErrors],
  ['action.yml', renderActionMetadata],
])('%s is what the definitions say', (file, render) => {
  expect(readFileSync(join(root, file), 'utf8')).toBe(render());
});

test('action.yml is what a runner expects', () => {
  const action = parseYaml(renderActionMetadata());
  expect(Object.keys(action)).toEqual(['name', 'description', 'branding', 'inputs', 'outputs', 'runs']);
  expect(Object.keys(action.inputs)).toEqual(actionInputs.map(({ name }) => name));
  expect(Object.keys(action.outputs)).toEqual(outputs.map(({ name }) => name));
  expect(action.branding).toEqual({ icon: 'database', color: 'green' });
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/action/index.js', post: 'dist/action/index.js' });
  for (const input of Object.values(action.inputs)) expect(input).toMatchObject({ description: expect.any(String) });
});

test('what the short form shows as default is what holds without the input', () => {
  const surrounding = { ...surroundings, environment: {} };
  const values = { 'source-url': 'postgres://localhost/a', 'target-url': 'postgres://localhost/b' };
  const said = Object.fromEntries(shortInputs.map(({ name, default: value }) => [name, value ?? '']));
  expect(expandShortForm({ ...said, ...values }, surrounding)).toEqual(expandShortForm(values, surrounding));
  const [dump, restore, verify] = expandShortForm(values, surrounding).steps;
  expect(dump).toMatchObject({ format: said['format'], jobs: said['jobs'], globals: false, to: said['dump-path'] });
  expect(restore).toMatchObject({ temporary: false });
  expect(verify).toMatchObject({ level: said['level'] });
});

test('the examples of the reference work, one after the other', () => {
  const cases = step.shape.form === 'one-key' ? Object.values(step.shape.cases) : [];
  const storages = storage.shape.form === 'one-key' ? storage.shape.cases : {};
  const text = `version: 1
connections:
  staging: { host: localhost }
  scratch: { host: localhost }
  production: { host: localhost }
  replica: { host: localhost }
storages:
${Object.values(storages)
  .map(({ example }) => example.replace(/^/gm, '  '))
  .join('\n')}
steps:
${cases.map(({ example }) => example.replace(/^/gm, '  ')).join('\n')}
`;
  const environment = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect(parse(text, environment).steps.map(({ kind }) => kind)).toEqual([
    'fetch',
    'dump',
    'restore',
    'verify',
    'compare',
    'clone',
    'sql',
    'publish',
    'prune',
  ]);
  for (const { example } of [...cases, ...Object.values(storages)]) expect(renderReference()).toContain(example);
});

test('the reference has a row for every input and output', () => {
  const reference = renderReference();
  for (const { name } of [...actionInputs, ...outputs]) expect(reference).toContain(`| \`${name}\` |`);
});
