/** What a text in Bech32 says of itself. */
export interface Bech32 {
  /** What stands before the last `1`, in small letters. */
  readonly prefix: string;
  /** How many bytes follow it. */
  readonly bytes: number;
}

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const checksumLength = 6;

/**
 * Checks a text in Bech32 (BIP 173, without its limit of 90 characters, as age's keys have none). Undefined where it is
 * none: a wrong or missing character never gets past its checksum unseen. Here and not from a library, as keys are
 * checked wherever a file is read, and the library is only loaded where something is encrypted.
 */
export function readBech32(text: string): Bech32 | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  const split = lower.lastIndexOf('1');
  const prefix = lower.slice(0, split);
  if (split < 1 || !/^[\x21-\x7e]+$/.test(prefix)) return undefined;
  const values = Array.from(lower.slice(split + 1), sign => alphabet.indexOf(sign));
  if (values.length < checksumLength || values.includes(-1)) return undefined;
  if (checksum([...expanded(prefix), ...values]) !== 1) return undefined;
  const data = values.slice(0, -checksumLength);
  const spare = (data.length * 5) % 8;
  const padding = (data.at(-1) ?? 0) & ((1 << spare) - 1);
  return spare >= 5 || padding !== 0 ? undefined : { prefix, bytes: Math.floor((data.length * 5) / 8) };
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, bit) => {
      if ((top >>> bit) & 1) sum ^= generator;
    });
  }
  return sum;
}

function expanded(prefix: string): readonly number[] {
  const codes = Array.from(prefix, sign => sign.charCodeAt(0));
  return [...codes.map(code => code >> 5), 0, ...codes.map(code => code & 31)];
}
