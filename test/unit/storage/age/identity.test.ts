import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import { parseIdentities } from '../../../../src/storage/age/identity.ts';
import { identityOf, recipientTextOf, writeBech32 } from './keys.ts';

const recipient = await recipientTextOf('a');
const [one, two, hybrid] = [identityOf('a'), identityOf('b'), identityOf('a', 'hybrid')];

test.each<readonly [string, string, readonly string[]]>([
  ['one', one, [one]],
  ['one with the line break that comes with it', `${one}\n`, [one]],
  ['a hybrid one', hybrid, [hybrid]],
  ['a file as age-keygen writes it', `# created: now\n# public key: age1x\n${one}\n`, [one]],
  ['several, with line breaks of Windows', `${one}\r\n\r\n  ${hybrid} \r\n${two}`, [one, hybrid, two]],
])('identities are read: %s', (_, text, expected) => {
  const parsed = parseIdentities(new Secret(text));
  expect('value' in parsed && parsed.value.map(secret => secret.reveal())).toEqual(expected);
  expect(JSON.stringify(parsed)).not.toContain('AGE-SECRET');
});

describe('what is no identity is told as what it is, and never shown', () => {
  test.each<readonly [string, string, string]>([
    ['comments alone', '# none\n', 'no identity is in it'],
    ['a character too few', one.slice(0, -1), 'a character of the identity is wrong or missing'],
    ['two in one line', `${one}${two}`, 'a character of the identity is wrong or missing'],
    ['one of several', `${one}\n# x\n${two.slice(0, 30)}`, 'a character of line 3 of the identities is wrong'],
    ['small letters', one.toLowerCase(), 'does not begin with AGE-SECRET-KEY-'],
    ['a password', 'correct horse', 'does not begin with AGE-SECRET-KEY-'],
    ['a recipient', recipient, 'is a recipient'],
    ['an identity of a plugin', writeBech32('age-plugin-x-', Buffer.alloc(9)).toUpperCase(), 'age plugin'],
    ['an SSH key', `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----\nx\n`, 'an SSH key'],
    ['an encrypted identity', 'age-encryption.org/v1\n-> scrypt', 'itself encrypted'],
    ['an encrypted identity, armored', '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl', 'itself encrypted'],
    ['a key of another length', writeBech32('age-secret-key-', Buffer.alloc(31)).toUpperCase(), 'wrong or missing'],
  ])('%s', (_, text, words) => {
    const parsed = parseIdentities(new Secret(text));
    if (!('problem' in parsed)) throw new Error('it was read');
    expect(parsed.problem).toMatchObject({ code: 'PGR145', message: expect.stringContaining(words) });
    const said = JSON.stringify(parsed.problem);
    for (const part of text.match(/\w{12,}/g) ?? []) expect(said).not.toContain(part);
  });
});
