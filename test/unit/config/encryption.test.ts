import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { decrypt, encrypt } from '../../../src/config/declaration/encryption.ts';
import { nameParts } from '../../../src/config/declaration/templates.ts';
import { collectProblems } from '../../../src/config/problems.ts';
import { definitions, type Kind } from '../../../src/config/schema/kind.ts';
import { readYaml } from '../../../src/config/source/yaml.ts';
import { Secret } from '../../../src/secret.ts';
import { readDecryptWith, readEncryptTo } from '../../../src/storage/age/keys.ts';
import { withFolder } from '../dumpset/dump-sets.ts';
import { refusalOf } from '../refusal.ts';
import { identityOf, recipientTextOf } from '../storage/age/keys.ts';
import { brief, surroundings } from './declarations.ts';
import { accepts } from './json-schema-checker.ts';

const [one, two, hybrid] = [
  await recipientTextOf('a'),
  await recipientTextOf('b'),
  await recipientTextOf('a', 'hybrid'),
];
const environment = {
  ID: `${identityOf('a')}\n`,
  IDS: `# two\n${identityOf('a')}\r\n${identityOf('b', 'hybrid')}\n`,
  CUT: identityOf('a').slice(0, -1),
  WORDS: 'correct horse',
  DIGITS: '12345678',
  BREAK: 'correct horse\n',
  KEY: one,
  NONE: '',
};

/** Reads a value alone, as it will stand under `encrypt` or `decrypt`. */
function read(
  kind: Kind<unknown>,
  text: string,
): { readonly value: unknown; readonly problems: readonly string[]; readonly shown: string } {
  const problems = collectProblems('roundtrip.yml', input => input);
  const root = readYaml(text, environment, problems);
  const decoding = { ...surroundings, problems, nameParts: nameParts(new Date(0), {}), placesOf: () => [] };
  const value = root && kind.decode(root, 'it', decoding)?.value;
  return { value, problems: problems.found.map(brief), shown: JSON.stringify([value, problems.found]) };
}

/** With secrets opened, for comparing. */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

const agrees = (kind: Kind<unknown>, text: string) => {
  const root = { ...kind.schema, $defs: definitions };
  return accepts(root, parseYaml(text), root);
};

const keys = {
  KEY: one,
  OTHER: two,
  HYBRID: hybrid,
  SHORT: two.slice(0, -1),
  IDENTITY: identityOf('a'),
  FILE: `# public key: ${one}\n${identityOf('a')}\n`,
} as const;

/** Replaces `<KEY>` by what it stands for, as if it had been typed. */
function typed(text: string): string {
  return text.replace(/<([A-Z]+)>/g, (_, name: keyof typeof keys) => keys[name]);
}

const plain = { kind: 'x25519', text: one };

describe('encrypt', () => {
  test.each<readonly [string, unknown]>([
    ['recipients: [<KEY>, <OTHER>]', { kind: 'recipients', recipients: [plain, { kind: 'x25519', text: two }] }],
    ['recipients: <HYBRID>', { kind: 'recipients', recipients: [{ kind: 'hybrid', text: hybrid }] }],
    ['recipients: ["${KEY}"]', { kind: 'recipients', recipients: [plain] }],
    ['recipients-file: keys/backup.txt', { kind: 'recipients-file', path: 'keys/backup.txt' }],
    ['passphrase: ${WORDS}', { kind: 'passphrase', passphrase: new Secret(environment.WORDS) }],
    ['passphrase: ${DIGITS}', { kind: 'passphrase', passphrase: new Secret(environment.DIGITS) }],
  ])('is read: %s', (text, expected) => {
    const { value, problems } = read(encrypt, typed(text));
    expect(problems).toEqual([]);
    expect(revealed(value)).toEqual(revealed(expected));
    expect(agrees(encrypt, typed(text))).toBe(true);
  });

  test.each<readonly [string, readonly string[]]>([
    ['{}', ['PGR127 1:1 it: none of recipients, recipients-file, passphrase is given']],
    ['recipients: []', ['PGR141 1:13 it.recipients: the list is empty']],
    ['recipients: [1]', ['PGR123 1:14 it.recipients: expected a recipient, age1…, as text, found the number 1']],
    ['{ recipients: <KEY>, passphrase: "${WORDS}" }', ['PGR150 1:79 it: recipients and passphrase exclude each other']],
    [
      '{ recipient: <KEY> }',
      [
        'PGR122 1:3 it: the key "recipient" is unknown',
        'PGR127 1:1 it: none of recipients, recipients-file, passphrase is given',
      ],
    ],
    ['passphrase: 1', ['PGR123 1:13 it.passphrase: expected text in one line, found no text']],
  ])('is refused, as the schema does: %s', (text, expected) => {
    expect(read(encrypt, typed(text)).problems).toEqual(expected);
    expect(agrees(encrypt, typed(text))).toBe(false);
  });

  test.each<readonly [string, readonly string[]]>([
    ['recipients: [<KEY>, <SHORT>]', ['PGR142 1:78 it.recipients: a character of the recipient is wrong or missing']],
    ['recipients: [<KEY>, <HYBRID>]', [expect.stringMatching(/^PGR150 1:13 it.recipients: recipients of both kinds/)]],
    ['recipients: <IDENTITY>', ['PGR143 1:13 it.recipients: this is a secret key']],
    [
      'recipients: ["${ID}", ssh-ed25519 AAAA]',
      ['PGR143 1:14 it.recipients: this is a secret key', 'PGR144 1:23 it.recipients: this is an SSH key'],
    ],
    ['recipients: "${IDS}"', ['PGR143 1:13 it.recipients: this is a secret key']],
    ['recipients-file: ../keys.txt', ['PGR130 1:18 it.recipients-file: the path leaves the workspace']],
    ['passphrase: correct horse', ['PGR125 1:13 it.passphrase: a passphrase is written in the file']],
    ['passphrase: ${WORDS} and more', ['PGR125 1:13 it.passphrase: a passphrase is written in the file']],
    ['passphrase: ${BREAK}', ['PGR145 1:13 it.passphrase: the value contains a control character']],
    ['passphrase: ${NONE}', ['PGR110 1:13 it.passphrase: the value is empty']],
  ])('is refused, and nothing secret shown: %s', (text, expected) => {
    const { problems, shown } = read(encrypt, typed(text));
    expect(problems).toEqual(expected);
    expect(shown).not.toMatch(/AGE-SECRET-KEY-\w*1|correct/);
  });
});

describe('decrypt', () => {
  const identities = [new Secret(identityOf('a')), new Secret(identityOf('b', 'hybrid'))];

  test.each<readonly [string, unknown]>([
    ['identity: ${ID}', { kind: 'identities', identities: identities.slice(0, 1) }],
    ['identity: ${IDS}', { kind: 'identities', identities }],
    ['identity: |\n  ${ID}\n  ${IDS}\n', { kind: 'identities', identities: [identities[0], ...identities] }],
    ['identity-file: /home/me/age.txt', { kind: 'identity-file', path: '/home/me/age.txt' }],
    ['passphrase: ${WORDS}', { kind: 'passphrase', passphrase: new Secret(environment.WORDS) }],
  ])('is read: %s', (text, expected) => {
    const { value, problems } = read(decrypt, text);
    expect(problems).toEqual([]);
    expect(revealed(value)).toEqual(revealed(expected));
    expect(agrees(decrypt, text)).toBe(true);
  });

  test.each<readonly [string, readonly string[]]>([
    ['{}', ['PGR127 1:1 it: none of identity, identity-file, passphrase is given']],
    ['identity: [a]', ['PGR123 1:11 it.identity: expected text, found a list']],
    ['{ identity: "${ID}", identity-file: a }', ['PGR150 1:22 it: identity and identity-file exclude each other']],
  ])('is refused, as the schema does: %s', (text, expected) => {
    expect(read(decrypt, text).problems).toEqual(expected);
    expect(agrees(decrypt, text)).toBe(false);
  });

  test.each<readonly [string, readonly string[]]>([
    ['identity: <IDENTITY>', ['PGR125 1:11 it.identity: an identity is written in the file']],
    ['identity: |\n  <IDENTITY>\n  ${ID}\n', ['PGR125 1:11 it.identity: an identity is written in the file']],
    ['identity: ${KEY}', ['PGR145 1:11 it.identity: the identity is a recipient, which cannot decrypt']],
    ['identity: ${CUT}', ['PGR145 1:11 it.identity: a character of the identity is wrong or missing']],
    ['passphrase: correct horse', ['PGR125 1:13 it.passphrase: a passphrase is written in the file']],
  ])('is refused, and nothing secret shown: %s', (text, expected) => {
    const { problems, shown } = read(decrypt, typed(text));
    expect(problems).toEqual(expected);
    expect(shown).not.toMatch(/AGE-SECRET-KEY-\w*1|correct/);
  });
});

describe('keys in files', () => {
  test('are read from the workspace, or from where the path says', () =>
    withFolder(async folder => {
      await writeFile(join(folder, 'recipients'), `# ours\n${one}\n`);
      await writeFile(join(folder, 'identity'), environment.IDS);
      const to = await readEncryptTo({ kind: 'recipients-file', path: 'recipients' }, folder);
      expect(to).toEqual({ kind: 'recipients', recipients: [plain] });
      const key = await readDecryptWith({ kind: 'identity-file', path: join(folder, 'identity') }, '/nowhere');
      expect(key.kind === 'identities' && key.identities.length).toBe(2);
      expect(await readEncryptTo(to, folder)).toBe(to);
      expect(await readDecryptWith(key, folder)).toBe(key);
    }));

  test('are refused with the file that they stand in', () =>
    withFolder(async folder => {
      await writeFile(join(folder, 'wrong'), `${environment.CUT}\n${one.slice(1)}\n`);
      const to = refusalOf(() => readEncryptTo({ kind: 'recipients-file', path: 'wrong' }, folder));
      expect(await to).toMatchObject({ code: 'PGR143', at: { file: 'wrong', line: 1 } });
      const key = refusalOf(() => readDecryptWith({ kind: 'identity-file', path: 'wrong' }, folder));
      expect(await key).toMatchObject({ code: 'PGR145', message: expect.stringMatching(/^wrong: .*line 1/) });
    }));
});
