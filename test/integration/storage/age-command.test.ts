import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { decrypt } from '../../../src/storage/age/decryption.ts';
import { encryption } from '../../../src/storage/age/encryption.ts';
import { parseIdentities } from '../../../src/storage/age/identity.ts';
import type { DecryptWith, EncryptTo } from '../../../src/storage/age/keys.ts';
import { parseRecipient } from '../../../src/storage/age/recipient.ts';
import { withFolder } from '../../unit/dumpset/dump-sets.ts';
import { bytesLikeRandom } from '../../unit/storage/age/streams.ts';

/** The age command of this machine, where there is one: what is made here is for it, and the other way round. */
const run = promisify(execFile);
const installed = await run('age', ['--version']).then(
  ({ stdout }) => /(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number),
  () => undefined,
);
const [major = 0, minor = 0] = installed ?? [];
const knowsHybrid = major > 1 || minor >= 3;
const hasBatchPassphrase = knowsHybrid && (await isThere('age-plugin-batchpass'));

async function isThere(program: string): Promise<boolean> {
  return run('which', [program]).then(
    () => true,
    () => false,
  );
}

/** A block more than two, so that all kinds of blocks come up. */
const plain = bytesLikeRandom(3 * 65_536 + 1);

async function encryptFile(from: string, to: string, how: EncryptTo): Promise<void> {
  await pipeline(createReadStream(from), encryption(how).encrypt, createWriteStream(to));
}

async function decryptFile(from: string, to: string, key: DecryptWith): Promise<void> {
  await pipeline(createReadStream(from), chunks => decrypt(chunks, key), createWriteStream(to));
}

/** Makes a key with age-keygen, in `folder/key`. */
async function makeKey(folder: string, ...options: readonly string[]): Promise<[EncryptTo, DecryptWith, string]> {
  const file = join(folder, 'key');
  await run('age-keygen', ['-o', file, ...options]);
  const text = (await run('age-keygen', ['-y', file])).stdout.trim();
  const recipient = parseRecipient(text);
  const identities = parseIdentities(new Secret(await readFile(file, 'utf8')));
  if ('problem' in recipient || 'problem' in identities) throw new Error('what age-keygen made is not understood');
  return [
    { kind: 'recipients', recipients: [recipient.value] },
    { kind: 'identities', identities: identities.value },
    text,
  ];
}

describe.each([
  ['a key', [] as readonly string[], installed !== undefined],
  ['a hybrid key', ['-pq'] as readonly string[], knowsHybrid],
])('with %s', (_, options, possible) => {
  test('the age command decrypts what is encrypted here, and the other way round', async context => {
    context.skip(!possible, 'no age command that can do this is on PATH');
    await withFolder(async folder => {
      const at = (name: string) => join(folder, name);
      const [to, key, recipient] = await makeKey(folder, ...options);
      await writeFile(at('plain'), plain);

      await encryptFile(at('plain'), at('ours.age'), to);
      await run('age', ['--decrypt', '-i', at('key'), '-o', at('theirs'), at('ours.age')]);
      expect(plain.equals(await readFile(at('theirs')))).toBe(true);

      await run('age', ['-r', recipient, '-o', at('theirs.age'), at('plain')]);
      await decryptFile(at('theirs.age'), at('ours'), key);
      expect(plain.equals(await readFile(at('ours')))).toBe(true);
    });
  });
});

test('with a passphrase, the age command decrypts what is encrypted here, and the other way round', async context => {
  context.skip(!hasBatchPassphrase, 'no age command that takes a passphrase without a terminal is on PATH');
  await withFolder(async folder => {
    const at = (name: string) => join(folder, name);
    const passphrase = new Secret('a throwaway passphrase');
    const env = { ...process.env, AGE_PASSPHRASE: passphrase.reveal() };
    await writeFile(at('plain'), plain);

    await encryptFile(at('plain'), at('ours.age'), { kind: 'passphrase', passphrase });
    await run('age', ['--decrypt', '-j', 'batchpass', '-o', at('theirs'), at('ours.age')], { env });
    expect(plain.equals(await readFile(at('theirs')))).toBe(true);

    await run('age', ['--encrypt', '-j', 'batchpass', '-o', at('theirs.age'), at('plain')], { env });
    await decryptFile(at('theirs.age'), at('ours'), { kind: 'passphrase', passphrase });
    expect(plain.equals(await readFile(at('ours')))).toBe(true);
  });
});
