import type { Problem } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { readBech32 } from './bech32.ts';

/**
 * Reads identities from a secret that holds one, or the text of an identity file: one a line, lines that are empty or
 * begin with # say nothing. A problem is PGR145 and never shows any of it.
 */
export function parseIdentities(
  secret: Secret,
): { readonly value: readonly Secret[] } | { readonly problem: Omit<Problem, 'at'> } {
  const text = secret.reveal().trim();
  if (/^(?:age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE)/.test(text)) {
    return objection('the identity is itself encrypted', 'decrypt it with age, and give what comes out as a secret');
  }
  if (/PRIVATE KEY-----/.test(text)) return objection('the identity is an SSH key', ownKey);
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) return objection('no identity is in it', 'give the line that begins with AGE-SECRET-KEY-');
  const wrong = lines.find(({ line }) => !isIdentity(line));
  if (wrong === undefined) return { value: lines.map(({ line }) => new Secret(line)) };
  return objectionTo(wrong.line, lines.length === 1 ? 'the identity' : `line ${wrong.number} of the identities`);
}

function isIdentity(line: string): boolean {
  const { prefix, bytes } = readBech32(line) ?? {};
  return /^AGE-SECRET-KEY-(?:PQ-)?1/.test(line) && /^age-secret-key-(?:pq-)?$/.test(prefix ?? '') && bytes === 32;
}

function objectionTo(line: string, place: string): { readonly problem: Omit<Problem, 'at'> } {
  if (line.startsWith('age1')) {
    const remedy = 'give the identity that belongs to it, AGE-SECRET-KEY-…';
    return objection(`${place} is a recipient, which cannot decrypt`, remedy);
  }
  if (/^AGE-PLUGIN-/i.test(line)) return objection(`${place} is one of an age plugin`, ownKey);
  return line.startsWith('AGE-SECRET-KEY-')
    ? objection(`a character of ${place} is wrong or missing`, 'copy the whole line into the secret again')
    : objection(`${place} does not begin with AGE-SECRET-KEY-`, 'give what age-keygen has made');
}

const ownKey = 'decrypt with the age command, and encrypt to a key that age-keygen has made';

function objection(message: string, remedy: string): { readonly problem: Omit<Problem, 'at'> } {
  return { problem: { code: 'PGR145', message, remedy } };
}
