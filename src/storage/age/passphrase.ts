import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { Identity, Recipient, Stanza } from 'age-encryption';
import { fault } from '../../errors.ts';
import type { Secret } from '../../secret.ts';

/**
 * The format's way with passphrases: a key that scrypt makes of one hides the key of the file. The library has it too,
 * but keeps the whole process waiting for seconds, and the key of the file to itself.
 */
const label = 'age-encryption.org/v1/scrypt';
const [saltBytes, fileKeyBytes, tagBytes] = [16, 16, 16];

/** What a stranger's file may ask of this machine: a gigabyte of memory for some seconds. */
const mostWork = 20;

/** @param work The logarithm of scrypt's N. */
export function passphraseRecipient(
  passphrase: Secret,
  work: number,
  makeStanza: (args: string[], body: Uint8Array) => Stanza,
): Recipient {
  return {
    wrapFileKey: async fileKey => {
      const salt = randomBytes(saltBytes);
      const cipher = createCipheriv('chacha20-poly1305', await derive(passphrase, salt, work), Buffer.alloc(12), {
        authTagLength: tagBytes,
      });
      const sealed = cipher.update(fileKey);
      cipher.final();
      return [makeStanza(['scrypt', encode(salt), String(work)], Buffer.concat([sealed, cipher.getAuthTag()]))];
    },
  };
}

/** Throws where the header breaks the rules of the format, and PGR145 where it asks for too much. */
export function passphraseIdentity(passphrase: Secret): Identity {
  return {
    unwrapFileKey: async stanzas => {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt');
      if (stanza === undefined) return null;
      const [, salt = '', work = '', ...more] = stanza.args;
      const bytes = Buffer.from(salt, 'base64');
      const wellFormed = bytes.length === saltBytes && encode(bytes) === salt && /^[1-9]\d?$/.test(work);
      if (!wellFormed || more.length > 0 || stanza.body.length !== fileKeyBytes + tagBytes) {
        throw new Error('the part about the passphrase is malformed');
      }
      if (stanzas.length !== 1) throw new Error('a passphrase stands beside others that could decrypt');
      if (Number(work) > mostWork) {
        const remedy = 'decrypt it with the age command, and look at who made it: age itself takes 2^18';
        throw fault(
          'PGR145',
          `to use the passphrase would take 2^${work} steps of scrypt, and 2^${mostWork} are the most`,
          remedy,
        );
      }
      const decipher = createDecipheriv(
        'chacha20-poly1305',
        await derive(passphrase, bytes, Number(work)),
        Buffer.alloc(12),
        { authTagLength: tagBytes },
      );
      decipher.setAuthTag(stanza.body.subarray(fileKeyBytes));
      const opened = decipher.update(stanza.body.subarray(0, fileKeyBytes));
      try {
        decipher.final();
        return opened;
      } catch {
        return null;
      }
    },
  };
}

function derive(passphrase: Secret, salt: Buffer, work: number): Promise<Buffer> {
  const N = 2 ** work;
  const options = { N, r: 8, p: 1, maxmem: 2 * 128 * 8 * N };
  return new Promise((done, failed) => {
    scrypt(passphrase.reveal(), Buffer.concat([Buffer.from(label), salt]), 32, options, (error, key) => {
      if (error === null) done(key);
      else failed(error);
    });
  });
}

/** Base64 without padding. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
