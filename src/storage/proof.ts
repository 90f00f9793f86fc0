import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumsFile } from '../dumpset/checksums.ts';

/** What stands on record beside a published dump set when the run that published it had restored and compared it. */
export interface ProofRecord {
  readonly schema: 1;
  /** SHA-256 of what was proven: of a folder's SHA256SUMS, which lists every byte of it, or of an artifact. */
  readonly sha256: string;
  /** How deep the copy was compared; the least deep one of several databases. */
  readonly level: string;
  /** ISO 8601 in UTC. */
  readonly verifiedAt: string;
  readonly tool: string;
}

export const proofSuffix = '.verified.json';

/** Beside the folder and not in it, as its own hashes list everything that is in it. */
export function proofFileOf(folder: string): string {
  return `${folder}${proofSuffix}`;
}

/** The name of the artifact that is the record of another one; the digest in it binds the two. */
export function proofArtifactOf(name: string, sha256: string): string {
  return `${name}.verified-${sha256.slice(0, 16)}`;
}

export function isProofArtifact(name: string): boolean {
  return /\.verified-[0-9a-f]{16}$/.test(name);
}

export async function writeProof(folder: string, record: Omit<ProofRecord, 'sha256'>): Promise<void> {
  const file = proofFileOf(folder);
  const text = renderProof({ ...record, sha256: await identityOf(folder) });
  await writeFile(`${file}.partial`, text, { mode: 0o600, flush: true });
  await rename(`${file}.partial`, file);
}

export function renderProof(record: ProofRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Whether the record beside a dump set is about this very one. */
export async function hasProof(folder: string): Promise<boolean> {
  try {
    const record: unknown = JSON.parse(await readFile(proofFileOf(folder), 'utf8'));
    const sha256: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, 'sha256') : undefined;
    return sha256 === (await identityOf(folder));
  } catch {
    return false;
  }
}

async function identityOf(folder: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(folder, checksumsFile)))
    .digest('hex');
}
