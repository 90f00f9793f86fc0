import type { ErrorCode, Problem } from '../../errors.ts';
import { readBech32 } from './bech32.ts';

/** A public key: who has the identity that belongs to it can decrypt. */
export interface Recipient {
  /** `hybrid` resists quantum computers too; age 1.3 and newer know it. */
  readonly kind: 'x25519' | 'hybrid';
  /** As age writes it: `age1…`. */
  readonly text: string;
}

/** So many have room in a header, whatever their kind. */
export const mostRecipients = 100;

/**
 * Reads a recipient. Problems never show the text: PGR142 for what is misspelt, PGR143 for a secret key, PGR144 for an
 * SSH key or a plugin's recipient, for which only the age command can encrypt.
 */
export function parseRecipient(
  text: string,
): { readonly value: Recipient } | { readonly problem: Omit<Problem, 'at'> } {
  const trimmed = text.trim();
  if (/AGE-SECRET-KEY-|AGE-PLUGIN-|PRIVATE KEY/i.test(trimmed)) {
    const remedy = 'give the public key, which age-keygen -y prints; take the secret one out and replace it everywhere';
    return objection('PGR143', 'this is a secret key', remedy);
  }
  if (/^(?:ssh|ecdsa|sk)-/.test(trimmed)) return objection('PGR144', 'this is an SSH key', ownKey);
  const { prefix, bytes } = (trimmed.startsWith('age1') ? readBech32(trimmed) : undefined) ?? {};
  if (prefix === 'age' && bytes === 32) return { value: { kind: 'x25519', text: trimmed } };
  if (prefix === 'age1pq' && bytes === 1216) return { value: { kind: 'hybrid', text: trimmed } };
  if (prefix !== undefined && /^age1(?!pq$)/.test(prefix)) {
    return objection('PGR144', 'this is the recipient of an age plugin', ownKey);
  }
  const remedy = 'copy the whole public key, as age-keygen -y prints it';
  return trimmed.startsWith('age1')
    ? objection('PGR142', 'a character of the recipient is wrong or missing', remedy)
    : objection('PGR142', 'a recipient of age begins with age1', remedy);
}

const ownKey = 'make a key with age-keygen and give its public key, age1…';

function objection(code: ErrorCode, message: string, remedy: string): { readonly problem: Omit<Problem, 'at'> } {
  return { problem: { code, message, remedy } };
}

/** Reads a file of recipients, one a line; lines that are empty or begin with # say nothing. Gives all problems. */
export function parseRecipients(
  text: string,
  file: string,
): { readonly value: readonly Recipient[] } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const parsed = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), at: { file, line: index + 1, column: 1 } }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, at }) => ({ at, ...parseRecipient(line) }));
  const value = parsed.flatMap(each => ('value' in each ? [each.value] : []));
  const [first, ...others] = parsed.flatMap(each => ('problem' in each ? [{ ...each.problem, at: each.at }] : []));
  if (first !== undefined) return { problems: [first, ...others] };
  const problem = objectionToAll(value);
  return problem === undefined ? { value } : { problems: [{ ...problem, message: `${file}: ${problem.message}` }] };
}

/** What speaks against all of them together; undefined if nothing does. */
export function objectionToAll(recipients: readonly Recipient[]): Omit<Problem, 'at'> | undefined {
  if (recipients.length === 0) {
    return { code: 'PGR141', message: 'no recipient is given', remedy: 'give at least one public key, age1…' };
  }
  if (recipients.length > mostRecipients) {
    const message = `${recipients.length} recipients are given, and ${mostRecipients} are the most`;
    return { code: 'PGR123', message, remedy: 'share one identity among some of them' };
  }
  if (new Set(recipients.map(({ kind }) => kind)).size === 1) return undefined;
  return {
    code: 'PGR150',
    message: 'recipients of both kinds, age1pq1… and age1…, are given: the weaker ones would decide',
    remedy: 'give recipients of one kind, as age itself demands',
  };
}
