import { describe, expect, test } from 'vitest';
import { parseRecipient, parseRecipients } from '../../../../src/storage/age/recipient.ts';
import { identityOf, recipientTextOf, writeBech32 } from './keys.ts';

const plain = await recipientTextOf('a');
const hybrid = await recipientTextOf('a', 'hybrid');
const identity = identityOf('a');

test.each([
  ['x25519', plain],
  ['hybrid', hybrid],
])('a recipient is read: %s', (kind, text) => {
  expect(parseRecipient(text)).toEqual({ value: { kind, text } });
  expect(parseRecipient(`  ${text}\n`)).toEqual({ value: { kind, text } });
});

/** The text with another character at a place. */
function mistyped(text: string, place: number): string {
  return `${text.slice(0, place)}${text[place] === 'q' ? 'p' : 'q'}${text.slice(place + 1)}`;
}

describe('what is no recipient is told as what it is, and never shown', () => {
  test.each<readonly [string, string, string, string]>([
    ['nothing', '', 'PGR142', 'begins with age1'],
    ['a word', 'everyone', 'PGR142', 'begins with age1'],
    ['large letters', plain.toUpperCase(), 'PGR142', 'begins with age1'],
    ['large and small letters', `${plain.slice(0, -1)}${plain.slice(-1).toUpperCase()}Q`, 'PGR142', 'wrong or missing'],
    ['a character too few', plain.slice(0, -1), 'PGR142', 'wrong or missing'],
    ['a character too many', `${plain}q`, 'PGR142', 'wrong or missing'],
    ['two characters changed places', plain.replace(/(.)(.)$/, '$2$1'), 'PGR142', 'wrong or missing'],
    ['two in one line', `${plain} ${plain}`, 'PGR142', 'wrong or missing'],
    ['age1 alone', 'age1', 'PGR142', 'wrong or missing'],
    ['a key of another length', writeBech32('age', Buffer.alloc(33)), 'PGR142', 'wrong or missing'],
    ['a hybrid key of another length', writeBech32('age1pq', Buffer.alloc(32)), 'PGR142', 'wrong or missing'],
    ['an identity', identity, 'PGR143', 'secret key'],
    ['an identity in small letters', identity.toLowerCase(), 'PGR143', 'secret key'],
    ['a hybrid identity', identityOf('a', 'hybrid'), 'PGR143', 'secret key'],
    ['an identity file', `# public key: ${plain}\n${identity}\n`, 'PGR143', 'secret key'],
    ['an identity of a plugin', writeBech32('age-plugin-x-', Buffer.alloc(9)).toUpperCase(), 'PGR143', 'secret key'],
    ['an SSH identity', `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----\nx`, 'PGR143', 'secret key'],
    ['an SSH key', 'ssh-ed25519 AAAA me@here', 'PGR144', 'SSH key'],
    ['another SSH key', 'ecdsa-sha2-nistp256 AAAA', 'PGR144', 'SSH key'],
    ['a recipient of a plugin', writeBech32('age1yubikey', Buffer.alloc(33, 1)), 'PGR144', 'plugin'],
    ['a recipient of a tag', writeBech32('age1tagpq', Buffer.alloc(33, 1)), 'PGR144', 'plugin'],
  ])('%s', (_, text, code, words) => {
    const parsed = parseRecipient(text);
    if (!('problem' in parsed)) throw new Error('it was read');
    expect(parsed.problem).toMatchObject({ code, message: expect.stringContaining(words) });
    const said = JSON.stringify(parsed).toLowerCase();
    for (const part of text.toLowerCase().match(/\w{12,}/g) ?? []) expect(said).not.toContain(part);
  });

  test('any one character that is mistyped', () => {
    const codes = Array.from({ length: plain.length }, (_, place) => {
      const parsed = parseRecipient(mistyped(plain, place));
      return 'problem' in parsed ? parsed.problem.code : 'read';
    });
    expect(new Set(codes)).toEqual(new Set(['PGR142']));
  });
});

describe('a file of recipients', () => {
  test('has one in each line that says something', async () => {
    const other = await recipientTextOf('b');
    expect(parseRecipients(`# ours\r\n${plain}\r\n\n  ${other}  \n`, 'r.txt')).toEqual({
      value: [
        { kind: 'x25519', text: plain },
        { kind: 'x25519', text: other },
      ],
    });
  });

  test.each<readonly [string, string, readonly string[]]>([
    ['with faults', `${plain}\nx\n\n${identity}`, ['PGR142 2', 'PGR143 4']],
    ['of nobody', '# nobody yet\n', ['PGR141 undefined']],
    ['of both kinds', `${plain}\n${hybrid}`, ['PGR150 undefined']],
    ['of too many', `${plain}\n`.repeat(101), ['PGR123 undefined']],
  ])('%s is refused with all that is wrong', (_, text, expected) => {
    const parsed = parseRecipients(text, 'r.txt');
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map(({ code, at }) => `${code} ${at?.line}`)).toEqual(expected);
    for (const { message, at } of problems) expect(`${message} ${at?.file}`).toContain('r.txt');
  });
});
