import type { Manifest } from '../dumpset/manifest.ts';
import type { PlannedPublish } from '../plan/plan.ts';
import type { ProofRecord } from '../storage/proof.ts';

/** What is published, whatever it goes to. */
export interface Publication {
  readonly manifest: Manifest;
  /** Undefined unless every database of the set is proven. */
  readonly proof: Omit<ProofRecord, 'sha256'> | undefined;
}

/** What the report says of the encryption. */
export function encryptionNotes({ encryption }: PlannedPublish): readonly string[] {
  if (encryption === undefined) return [];
  return encryption.checkWith === undefined
    ? ['encrypted; nobody has tried to decrypt it: `check-with` does so while it is written']
    : ['encrypted, and decrypted again while it was written'];
}
