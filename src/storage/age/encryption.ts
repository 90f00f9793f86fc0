import { randomBytes } from 'node:crypto';
import { RoundtripError } from '../../errors.ts';
import { headerBytes, makeHeader, payloadKey, saltBytes } from './header.ts';
import type { EncryptTo } from './keys.ts';
import { sealedBytes, sealPayload } from './payload.ts';
import { objectionToAll } from './recipient.ts';

/** Encryption in the format age v1 (https://age-encryption.org/v1), which the age command reads. */
export interface Encryption {
  /** Exactly how many bytes come out for so many that go in. */
  readonly encryptedBytes: (plainBytes: number) => number;
  /**
   * Encrypts a stream, with a key that no other file has; several streams at once are fine. Fits into `pipeline`, which
   * closes both ends when one fails. What it gives comes in pieces of 64 KiB at most.
   *
   * @throws PGR142 for a recipient that is well-formed and no key.
   */
  readonly encrypt: (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer, void, void>;
}

/**
 * Encryption to recipients or with a passphrase. The library is only loaded when it encrypts.
 *
 * @throws PGR141 without any recipient, PGR123 for too many, PGR150 for kinds that cannot be mixed.
 */
export function encryption(to: EncryptTo): Encryption {
  const problem = to.kind === 'recipients' ? objectionToAll(to.recipients) : undefined;
  if (problem !== undefined) throw new RoundtripError(problem);
  return {
    encryptedBytes: plainBytes => headerBytes(to) + saltBytes + sealedBytes(plainBytes),
    encrypt: async function* encrypt(chunks) {
      const { text, fileKey } = await makeHeader(to);
      if (text.length !== headerBytes(to)) throw new Error('a header of age is not as long as was said before');
      const salt = randomBytes(saltBytes);
      yield Buffer.concat([text, salt]);
      yield* sealPayload(chunks, payloadKey(fileKey, salt));
    },
  };
}
