import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { decrypt } from '../src/storage/age/decryption.ts';
import { encryption } from '../src/storage/age/encryption.ts';
import { readDecryptWith, readEncryptTo } from '../src/storage/age/keys.ts';

/**
 * The measured program of `encryption.ts`: encrypts a file to the recipients in another one, or decrypts it.
 *
 *     node bench/encrypt-file.ts encrypt|decrypt KEYS FROM TO
 */
const [what, path = '', from = '', to = ''] = process.argv.slice(2);
const source = createReadStream(from, { highWaterMark: 1 << 20 });
const target = createWriteStream(to, { mode: 0o600, flags: 'wx', highWaterMark: 4 << 20 });
if (what === 'encrypt') {
  const { encrypt } = encryption(await readEncryptTo({ kind: 'recipients-file', path }, '.'));
  await pipeline(source, encrypt, target);
} else {
  const key = await readDecryptWith({ kind: 'identity-file', path }, '.');
  await pipeline(source, chunks => decrypt(chunks, key), target);
}
