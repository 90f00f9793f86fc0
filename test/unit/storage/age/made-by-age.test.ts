import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import { decrypt } from '../../../../src/storage/age/decryption.ts';
import type { DecryptWith } from '../../../../src/storage/age/keys.ts';
import { identityOf, withIdentities, withPassphrase } from './keys.ts';
import { collect } from './streams.ts';

/** Files that the age command has made, 1.1.1 and for the hybrid one and the passphrase 1.3.2. */
const folder = join(import.meta.dirname, 'made-by-age');
const hybrid: DecryptWith = { kind: 'identities', identities: [new Secret(identityOf('fixture', 'hybrid'))] };

test.each<readonly [string, DecryptWith, string]>([
  ['x25519.age', withIdentities('fixture'), 'made by age\n'],
  ['two-recipients.age', withIdentities('fixture'), 'made by age\n'],
  ['two-recipients.age', withIdentities('other'), 'made by age\n'],
  ['empty.age', withIdentities('fixture'), ''],
  ['hybrid.age', hybrid, 'made by age\n'],
  ['passphrase.age', withPassphrase('a throwaway passphrase'), 'made by age\n'],
])('%s of the age command is decrypted', async (name, key, expected) => {
  expect(String(await collect(decrypt(createReadStream(join(folder, name)), key)))).toBe(expected);
});
