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

/** The same as it is read: foreign text, of which some may be missing. */
export interface StoredProof {
  readonly level: string | undefined;
  readonly verifiedAt: string | undefined;
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

/** What the record beside a dump set says of this very one; undefined where there is none, or it is about another one. */
export async function readProof(folder: string): Promise<StoredProof | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(proofFileOf(folder), 'utf8'));
    if (typeof record !== 'object' || record === null) return undefined;
    const text = (key: string): string | undefined => {
      const value: unknown = Reflect.get(record, key);
      return typeof value === 'string' ? value : undefined;
    };
    if (text('sha256') !== (await identityOf(folder))) return undefined;
    return { level: text('level'), verifiedAt: text('verifiedAt') };
  } catch {
    return undefined;
  }
}

/** Whether the record beside a dump set is about this very one. */
export async function hasProof(folder: string): Promise<boolean> {
  return (await readProof(folder)) !== undefined;
}

async function identityOf(folder: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(folder, checksumsFile)))
    .digest('hex');
}
