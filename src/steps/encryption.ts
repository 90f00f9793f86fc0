import type { Encryption } from '../config/storage-steps.ts';
import { decrypt } from '../storage/age/decryption.ts';
import { encryption } from '../storage/age/encryption.ts';
import { type DecryptChoice, readDecryptWith, readEncryptTo } from '../storage/age/keys.ts';
import type { Decrypt, Encryption as PackedEncryption } from '../storage/packed/pack-set.ts';

/** What encrypts a dump set; files with keys are read, and looked at, now. Throws PGR141 to PGR145. */
export async function encryptionFor({ to, checkWith }: Encryption, workspace: string): Promise<PackedEncryption> {
  const made = encryption(await readEncryptTo(to, workspace));
  return { ...made, decrypt: checkWith && (await decryptionFor(checkWith, workspace)) };
}

export async function decryptionFor(choice: DecryptChoice, workspace: string): Promise<Decrypt> {
  const key = await readDecryptWith(choice, workspace);
  return chunks => decrypt(chunks, key);
}
