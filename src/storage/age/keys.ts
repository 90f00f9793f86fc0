import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RoundtripError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { parseIdentities } from './identity.ts';
import { parseRecipients, type Recipient } from './recipient.ts';

/** Who is to be able to decrypt. */
export type EncryptTo =
  | { readonly kind: 'recipients'; readonly recipients: readonly Recipient[] }
  | {
      readonly kind: 'passphrase';
      readonly passphrase: Secret;
      /** The logarithm of how long a guess takes; 18, a second or two, unless given. Not less but for tests. */
      readonly work?: number;
    };

/** What decrypts: identities that `parseIdentities` has read, of which one has to fit, or a passphrase. */
export type DecryptWith =
  | { readonly kind: 'identities'; readonly identities: readonly Secret[] }
  | { readonly kind: 'passphrase'; readonly passphrase: Secret };

/** The same, or the file that says it; paths are absolute or start at the workspace. */
export type EncryptChoice = EncryptTo | { readonly kind: 'recipients-file'; readonly path: string };
export type DecryptChoice = DecryptWith | { readonly kind: 'identity-file'; readonly path: string };

/**
 * Reads the file of recipients, where one is named.
 *
 * @throws PGR141 to PGR144, PGR123 and PGR150 with all that is wrong in it.
 */
export async function readEncryptTo(choice: EncryptChoice, workspace: string): Promise<EncryptTo> {
  if (choice.kind !== 'recipients-file') return choice;
  const parsed = parseRecipients(await readFile(resolve(workspace, choice.path), 'utf8'), choice.path);
  if ('problems' in parsed) throw new RoundtripError(parsed.problems);
  return { kind: 'recipients', recipients: parsed.value };
}

/**
 * Reads the identity file, where one is named.
 *
 * @throws PGR145 for what cannot be used.
 */
export async function readDecryptWith(choice: DecryptChoice, workspace: string): Promise<DecryptWith> {
  if (choice.kind !== 'identity-file') return choice;
  const parsed = parseIdentities(new Secret(await readFile(resolve(workspace, choice.path), 'utf8')));
  if ('value' in parsed) return { kind: 'identities', identities: parsed.value };
  const { problem } = parsed;
  throw new RoundtripError({ ...problem, message: `${choice.path}: ${problem.message}` });
}
