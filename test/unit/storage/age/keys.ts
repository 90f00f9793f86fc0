import { createHash } from 'node:crypto';
import { identityToRecipient } from 'age-encryption';
import { Secret } from '../../../../src/secret.ts';
import type { DecryptWith } from '../../../../src/storage/age/keys.ts';
import { parseRecipient, type Recipient } from '../../../../src/storage/age/recipient.ts';

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Writes Bech32 by BIP 173, without looking at how the source reads it. */
export function writeBech32(prefix: string, bytes: Uint8Array): string {
  let bits = Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('');
  bits = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0');
  const data = (bits.match(/.{5}/g) ?? []).map(five => Number.parseInt(five, 2));
  const codes = Array.from(prefix, sign => sign.charCodeAt(0));
  let sum = 1n;
  for (const value of [
    ...codes.map(code => code >> 5),
    0,
    ...codes.map(code => code & 31),
    ...data,
    0,
    0,
    0,
    0,
    0,
    0,
  ]) {
    const top = sum >> 25n;
    sum = ((sum & 0x1ffffffn) << 5n) ^ BigInt(value);
    if (top & 1n) sum ^= 0x3b6a57b2n;
    if (top & 2n) sum ^= 0x26508e6dn;
    if (top & 4n) sum ^= 0x1ea119fan;
    if (top & 8n) sum ^= 0x3d4233ddn;
    if (top & 16n) sum ^= 0x2a1462b3n;
  }
  const check = [25n, 20n, 15n, 10n, 5n, 0n].map(shift => Number(((sum ^ 1n) >> shift) & 31n));
  return `${prefix}1${[...data, ...check].map(value => alphabet[value]).join('')}`;
}

const prefixes = { x25519: 'age-secret-key-', hybrid: 'age-secret-key-pq-' } as const;

/** A throwaway identity that is the same in every run: who reads this file can make it too. */
export function identityOf(name: string, kind: keyof typeof prefixes = 'x25519'): string {
  return writeBech32(prefixes[kind], createHash('sha256').update(`throwaway ${name}`).digest()).toUpperCase();
}

export async function recipientTextOf(name: string, kind: keyof typeof prefixes = 'x25519'): Promise<string> {
  return identityToRecipient(identityOf(name, kind));
}

export async function recipientOf(name: string, kind: keyof typeof prefixes = 'x25519'): Promise<Recipient> {
  const parsed = parseRecipient(await recipientTextOf(name, kind));
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.value;
}

/** What decrypts for the identities of these names. */
export function withIdentities(...names: readonly string[]): DecryptWith {
  return { kind: 'identities', identities: names.map(name => new Secret(identityOf(name))) };
}

export function withPassphrase(passphrase: string): DecryptWith {
  return { kind: 'passphrase', passphrase: new Secret(passphrase) };
}
