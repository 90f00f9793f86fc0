import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderActionMetadata } from '../src/config/documents/action-metadata.ts';
import { renderErrors } from '../src/config/documents/errors.ts';
import { renderJsonSchema } from '../src/config/documents/json-schema.ts';
import { renderOptions } from '../src/config/documents/options.ts';
import { renderReference } from '../src/config/documents/reference.ts';

// Writes the files that follow from the definitions in src. With --check it writes nothing and fails when a
// committed file is not what would be written.
const root = join(import.meta.dirname, '..');
const files: Readonly<Record<string, string>> = {
  'docs/pg-roundtrip.schema.json': renderJsonSchema(),
  'docs/reference.md': renderReference(),
  'docs/options.md': renderOptions(),
  'docs/errors.md': renderErrors(),
  'action.yml': renderActionMetadata(),
};
const check = process.argv.includes('--check');

for (const [name, text] of Object.entries(files)) {
  const path = join(root, name);
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === text) continue;
  if (check) {
    console.error(`${name} is not what the definitions say: run npm run generate`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`wrote ${name}`);
  }
}
