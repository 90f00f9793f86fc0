import { hkdfSync } from 'node:crypto';
import type { Stanza } from 'age-encryption';
import { fault, RoundtripError } from '../../errors.ts';
import type { DecryptWith, EncryptTo } from './keys.ts';
import { passphraseIdentity, passphraseRecipient } from './passphrase.ts';
import { damaged } from './payload.ts';

/** What stands before the payload, and the key that it hides. */
export interface Header {
  readonly text: Buffer;
  readonly fileKey: Buffer;
}

const firstLine = 'age-encryption.org/v1\n';
const lastLineBytes = '--- '.length + 43 + 1;
export const saltBytes = 16;

/** A header of a stranger's file is read to here: room for a hundred hybrid recipients. */
const longestHeader = 256 * 1024;

const usualWork = 18;

/** Exactly how long the header will be. */
export function headerBytes(to: EncryptTo): number {
  const part = (args: number, kind: string) => `-> ${kind} `.length + args + 1 + 43 + 1;
  const parts =
    to.kind === 'passphrase'
      ? [part(22 + 1 + String(to.work ?? usualWork).length, 'scrypt')]
      : to.recipients.map(({ kind }) => (kind === 'hybrid' ? part(1494, 'mlkem768x25519') : part(43, 'X25519')));
  return firstLine.length + parts.reduce((sum, bytes) => sum + bytes, 0) + lastLineBytes;
}

/**
 * Makes a header with a file key of its own.
 *
 * @throws PGR142 for a recipient that is well-formed and no key.
 */
export async function makeHeader(to: EncryptTo): Promise<Header> {
  const { Encrypter, Stanza } = await import('age-encryption');
  const encrypter = new Encrypter();
  let fileKey = Buffer.alloc(0);
  // The library's own payload is slow: it is asked for the header of an empty file, and for the key that went into it.
  encrypter.addRecipient({
    wrapFileKey: key => {
      fileKey = Buffer.from(key);
      return [];
    },
  });
  if (to.kind === 'passphrase') {
    const makeStanza = (args: string[], body: Uint8Array) => new Stanza(args, body);
    encrypter.addRecipient(passphraseRecipient(to.passphrase, to.work ?? usualWork, makeStanza));
    return { text: headerOf(await encrypter.encrypt('')), fileKey };
  }
  try {
    for (const { text } of to.recipients) encrypter.addRecipient(text);
    return { text: headerOf(await encrypter.encrypt('')), fileKey };
  } catch (error) {
    const remedy = 'make a new key with age-keygen, and give its public key';
    throw fault('PGR142', 'a recipient is no key that can be encrypted to', remedy, error);
  }
}

/** An empty payload is a salt and a tag, of 16 bytes each. */
function headerOf(emptyFile: Uint8Array): Buffer {
  return Buffer.from(emptyFile.subarray(0, -32));
}

/** The key of the payload, which is another one for each salt. */
export function payloadKey(fileKey: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, salt, 'payload', 32));
}

/** Whether a file is encrypted with age, in whatever version, by its first bytes; 19 of them are enough. */
export function isEncrypted(first: Buffer): boolean {
  return first.toString('latin1', 0, 19) === 'age-encryption.org/';
}

/**
 * Reads the header and the salt behind it, and what came along of the payload.
 *
 * @throws PGR172 where there is none.
 */
export async function readHeader(
  source: AsyncIterator<Buffer>,
): Promise<{ readonly header: Buffer; readonly salt: Buffer; readonly begun: Buffer }> {
  let read: Buffer = Buffer.alloc(0);
  for (;;) {
    const text = read.subarray(0, longestHeader).toString('latin1');
    checkBeginning(text);
    const last = text.indexOf('\n--- ');
    const end = last === -1 ? 0 : text.indexOf('\n', last + 1) + 1;
    if (end > 0 && read.length >= end + saltBytes) {
      const begun = end + saltBytes;
      return { header: read.subarray(0, end), salt: read.subarray(end, begun), begun: read.subarray(begun) };
    }
    if (end === 0 && read.length >= longestHeader) throw damaged('its header does not end');
    const next = await source.next();
    if (next.done === true) throw damaged(read.length === 0 ? 'it is empty' : 'its end is missing');
    read = Buffer.concat([read, next.value]);
  }
}

function checkBeginning(text: string): void {
  if (firstLine.startsWith(text.slice(0, firstLine.length))) return;
  if (text.startsWith('-----BEGIN AGE'.slice(0, text.length))) {
    const remedy = 'decrypt it with age and pack it again without --armor; pg-roundtrip writes and reads bytes';
    throw fault('PGR172', 'the encrypted dump set is armored text', remedy);
  }
  const changed = text.startsWith(firstLine.trim()) && text[firstLine.length - 1] === '\r';
  throw damaged(changed ? 'its line ends were changed on the way' : 'it does not begin as age v1 does');
}

/**
 * The file key, from a header whose own checksum holds.
 *
 * @throws PGR145 when nothing that is given fits, PGR146 when something of another kind is needed, PGR172 when the header
 *   was changed.
 */
export async function openHeader(header: Buffer, key: DecryptWith | undefined): Promise<Buffer> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  if (key?.kind === 'identities') for (const identity of key.identities) decrypter.addIdentity(identity.reveal());
  if (key?.kind === 'passphrase') decrypter.addIdentity(passphraseIdentity(key.passphrase));
  let left: readonly Stanza[] | undefined;
  // The last one that is asked learns that all others had to pass.
  decrypter.addIdentity({
    unwrapFileKey: stanzas => {
      left = stanzas;
      return null;
    },
  });
  try {
    return Buffer.from(await decrypter.decryptHeader(header));
  } catch (error) {
    if (left !== undefined) throw noKey(left, key);
    throw error instanceof RoundtripError ? error : damaged('its header was changed', error);
  }
}

function noKey(stanzas: readonly Stanza[], key: DecryptWith | undefined): Error {
  const has = (...kinds: readonly string[]) => stanzas.some(({ args }) => kinds.includes(args[0] ?? ''));
  const needed = has('scrypt') ? 'passphrase' : has('X25519', 'mlkem768x25519') ? 'identities' : undefined;
  if (needed === undefined) {
    const remedy = 'decrypt it with the age command and the plugin or SSH key that it was encrypted to';
    return fault('PGR146', 'the dump set is encrypted to keys that only the age command knows', remedy);
  }
  if (key?.kind === needed) {
    return key.kind === 'passphrase'
      ? fault(
          'PGR145',
          'the passphrase does not decrypt the dump set',
          'give the passphrase that it was encrypted with',
        )
      : fault(
          'PGR145',
          'no identity that is given decrypts the dump set',
          'give one of a recipient that it was made for',
        );
  }
  const [how, remedy] =
    needed === 'passphrase'
      ? ['with a passphrase', 'give it as the passphrase to decrypt with']
      : ['to recipients', 'give the identity of one of them, AGE-SECRET-KEY-…'];
  return fault('PGR146', `the dump set is encrypted ${how}, and nothing that is given decrypts it`, remedy);
}
