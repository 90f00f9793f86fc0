import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import { decrypt } from '../../../../src/storage/age/decryption.ts';
import { encryption } from '../../../../src/storage/age/encryption.ts';
import { isEncrypted } from '../../../../src/storage/age/header.ts';
import type { EncryptTo } from '../../../../src/storage/age/keys.ts';
import { refusalOf } from '../../refusal.ts';
import { identityOf, recipientOf, recipientTextOf, withIdentities, withPassphrase } from './keys.ts';
import { bytesLikeRandom, collect, inPieces } from './streams.ts';

const [a, b, hybrid] = [await recipientOf('a'), await recipientOf('b'), await recipientOf('a', 'hybrid')];
const toA: EncryptTo = { kind: 'recipients', recipients: [a] };
const block = 64 * 1024;

async function encrypted(plain: Buffer, to: EncryptTo = toA): Promise<Buffer> {
  return collect(encryption(to).encrypt(inPieces(plain)));
}

describe('what was encrypted is decrypted to what it was, and is as long as was said before', () => {
  const sizes = [
    0,
    1,
    block - 1,
    block,
    block + 1,
    2 * block - 1,
    2 * block,
    2 * block + 1,
    17 * block,
    40 * block + 5,
  ];
  test.each(sizes)('%i bytes', async size => {
    const plain = bytesLikeRandom(size);
    const sealed = await encrypted(plain);
    expect(encryption(toA).encryptedBytes(size)).toBe(sealed.length);
    expect((await collect(decrypt(inPieces(sealed), withIdentities('a')))).equals(plain)).toBe(true);
  });

  test.each([1, 7, 1000, block, block + 16, 3 * block + 1])('in pieces of %i bytes', async size => {
    const plain = bytesLikeRandom(size === 1 ? 500 : 5 * block + 3);
    const sealed = await collect(encryption(toA).encrypt(inPieces(plain, size)));
    expect(sealed.length).toBe(encryption(toA).encryptedBytes(plain.length));
    expect((await collect(decrypt(inPieces(sealed, size), withIdentities('a')))).equals(plain)).toBe(true);
  });

  test.each<readonly [string, EncryptTo]>([
    ['to two', { kind: 'recipients', recipients: [a, b] }],
    ['to a hybrid one', { kind: 'recipients', recipients: [hybrid] }],
    ['to as many as there may be', { kind: 'recipients', recipients: Array(100).fill(hybrid) }],
    ['with a passphrase', { kind: 'passphrase', passphrase: new Secret('p'), work: 9 }],
    ['with a passphrase that takes more work', { kind: 'passphrase', passphrase: new Secret('p'), work: 10 }],
  ])('%s', async (_, to) => {
    const plain = Buffer.from('plain');
    const sealed = await encrypted(plain, to);
    expect(encryption(to).encryptedBytes(plain.length)).toBe(sealed.length);
    const key =
      to.kind === 'passphrase'
        ? withPassphrase('p')
        : { kind: 'identities' as const, identities: [new Secret(identityOf('a', to.recipients[0]?.kind))] };
    expect(await collect(decrypt(inPieces(sealed), key))).toEqual(plain);
  });
});

test('nothing of a file comes back in another one', async () => {
  const [one, other] = [await encrypted(Buffer.alloc(100)), await encrypted(Buffer.alloc(100))];
  expect(one.subarray(-100)).not.toEqual(other.subarray(-100));
  expect(one.subarray(40, 80)).not.toEqual(other.subarray(40, 80));
});

describe('the library', () => {
  const plain = bytesLikeRandom(2 * block + 9);

  test.each(['x25519', 'hybrid'] as const)(
    'decrypts what is encrypted here, and the other way round: %s',
    async kind => {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identityOf('b', kind));
      const recipients = kind === 'hybrid' ? [hybrid, await recipientOf('b', kind)] : [a, b];
      const ours = await encrypted(plain, { kind: 'recipients', recipients });
      expect(plain.equals(await decrypter.decrypt(ours))).toBe(true);

      const encrypter = new Encrypter();
      encrypter.addRecipient(await recipientTextOf('b', kind));
      const theirs = Buffer.from(await encrypter.encrypt(plain));
      const key = { kind: 'identities' as const, identities: [new Secret(identityOf('b', kind))] };
      expect(plain.equals(await collect(decrypt(inPieces(theirs), key)))).toBe(true);
    },
  );

  test('does so with passphrases of any letters', async () => {
    const passphrase = ' pässwörd 字 ';
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    const ours = await encrypted(plain, { kind: 'passphrase', passphrase: new Secret(passphrase), work: 9 });
    expect(plain.equals(await decrypter.decrypt(ours))).toBe(true);

    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(9);
    const theirs = Buffer.from(await encrypter.encrypt(plain));
    expect(plain.equals(await collect(decrypt(inPieces(theirs), withPassphrase(passphrase))))).toBe(true);
  });
});

test.each<readonly [string, EncryptTo, string]>([
  ['nobody', { kind: 'recipients', recipients: [] }, 'PGR141'],
  ['too many', { kind: 'recipients', recipients: Array(101).fill(a) }, 'PGR123'],
  ['both kinds', { kind: 'recipients', recipients: [a, hybrid] }, 'PGR150'],
])('nothing is encrypted to %s', async (_, to, code) => {
  expect((await refusalOf(() => encryption(to)))?.code).toBe(code);
});

test('a recipient without a key behind it is refused before anything is written', async () => {
  const nothing = { kind: 'x25519', text: 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq' } as const;
  const stream = encryption({ kind: 'recipients', recipients: [nothing] }).encrypt(inPieces(Buffer.alloc(9)));
  expect((await refusalOf(() => stream.next()))?.code).toBe('PGR142');
});

describe('what does not decrypt is told by what would', () => {
  const withP: EncryptTo = { kind: 'passphrase', passphrase: new Secret('p'), work: 9 };
  const hybridKey = { kind: 'identities' as const, identities: [new Secret(identityOf('a', 'hybrid'))] };
  test.each<readonly [string, EncryptTo, Parameters<typeof decrypt>[1], string, string]>([
    ['nothing', toA, undefined, 'PGR146', 'AGE-SECRET-KEY-'],
    ['nothing for a passphrase', withP, undefined, 'PGR146', 'passphrase'],
    ['a passphrase for recipients', toA, withPassphrase('p'), 'PGR146', 'AGE-SECRET-KEY-'],
    ['an identity for a passphrase', withP, withIdentities('a'), 'PGR146', 'passphrase'],
    ['wrong identities', toA, withIdentities('b', 'c'), 'PGR145', 'recipient'],
    ['an identity of the other kind', toA, hybridKey, 'PGR145', 'recipient'],
    ['a wrong passphrase', withP, withPassphrase('q'), 'PGR145', 'passphrase'],
  ])('%s', async (_, to, key, code, remedy) => {
    const sealed = await encrypted(Buffer.from('x'), to);
    const refused = await refusalOf(() => collect(decrypt(inPieces(sealed), key)));
    expect(refused).toMatchObject({ code, remedy: expect.stringContaining(remedy) });
  });

  test('keys that only the age command knows', async () => {
    const { Stanza } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient({ wrapFileKey: () => [new Stanza(['ssh-ed25519', 'x'], Buffer.alloc(32))] });
    const sealed = Buffer.from(await encrypter.encrypt('x'));
    const refused = await refusalOf(() => collect(decrypt(inPieces(sealed), withIdentities('a'))));
    expect(refused).toMatchObject({ code: 'PGR146', message: expect.stringContaining('only the age command') });
  });

  test('a passphrase whose use would take more memory than there may be', async () => {
    const { Stanza } = await import('age-encryption');
    const encrypter = new Encrypter();
    const asked = new Stanza(['scrypt', Buffer.alloc(16).toString('base64').slice(0, 22), '21'], Buffer.alloc(32));
    encrypter.addRecipient({ wrapFileKey: () => [asked] });
    const sealed = Buffer.from(await encrypter.encrypt('x'));
    const refused = await refusalOf(() => collect(decrypt(inPieces(sealed), withPassphrase('p'))));
    expect(refused).toMatchObject({ code: 'PGR145', message: expect.stringContaining('2^21') });
  });
});

test('one of several identities is enough', async () => {
  const sealed = await encrypted(Buffer.from('x'));
  expect(String(await collect(decrypt(inPieces(sealed), withIdentities('c', 'b', 'a'))))).toBe('x');
});

test('an encrypted file is known by its beginning', async () => {
  expect(isEncrypted(await encrypted(Buffer.alloc(0)))).toBe(true);
  expect(isEncrypted(Buffer.from('set/manifest.json'))).toBe(false);
  expect(isEncrypted(Buffer.alloc(0))).toBe(false);
});

test('the library is loaded by nobody who does not encrypt or decrypt', async () => {
  const source = join(import.meta.dirname, '../../../../src');
  const files = (await readdir(source, { recursive: true })).filter(name => name.endsWith('.ts'));
  const texts = await Promise.all(files.map(name => readFile(join(source, name), 'utf8')));
  expect(texts.filter(text => text.includes("import('age-encryption')")).length).toBeGreaterThan(0);
  expect(files.filter((_, index) => /^import (?!type\b).*'age-encryption'/m.test(texts[index] ?? ''))).toEqual([]);
});
