import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from './config/declarations.ts';
import { identityOf } from './storage/age/keys.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/storage.md'), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);

const environment = {
  PRODUCTION_URL: 'postgresql://someone@db.example.com/app',
  SCRATCH_URL: 'postgresql://someone@localhost/postgres',
  AGE_IDENTITY: identityOf('a'),
  AWS_ACCESS_KEY_ID: 'a-key',
  AWS_SECRET_ACCESS_KEY: 'a-secret',
  AWS_REGION: 'eu-central-1',
};

test.each(blocks)('a block of docs/storage.md is a sound file: %#', block => {
  expect(parse(block, environment).steps.length).toBeGreaterThan(0);
});

test('there are as many blocks as sections that show one', () => {
  expect(blocks).toHaveLength(5);
});
