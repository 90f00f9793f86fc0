import { readFile, rename, writeFile } from 'node:fs/promises';
import { identityOf } from './folder.ts';

/** What stands on record beside a published dump set when the run that published it had restored and compared it. */
export interface ProofRecord {
  readonly schema: 1;
  /** SHA-256 of what was proven: of a folder's SHA256SUMS, which lists every byte of it, or of an artifact. */
  readonly sha256: string;
  /** How deep the copy was compared; the least deep one of several databases. */
  readonly level: string;
  /** Differences that were passed over by request. */
  readonly ignored: number;
  /** ISO 8601 in UTC. */
  readonly verifiedAt: string;
  readonly tool: string;
}

/** The same as it is read: foreign text, of which some may be missing. */
export interface StoredProof {
  readonly level: string | undefined;
  readonly ignored: number | undefined;
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
  const text = renderProof({ ...record, sha256: (await identityOf(folder)) ?? '' });
  await writeFile(`${file}.partial`, text, { mode: 0o600, flush: true });
  await rename(`${file}.partial`, file);
}

export function renderProof(record: ProofRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** What the record beside a dump set says of this very one; undefined where there is none, or it is about another one. */
export async function readProof(folder: string): Promise<StoredProof | undefined> {
  const text = await readFile(proofFileOf(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseProof(text, await identityOf(folder));
}

/** Reads a record that anyone may have written; undefined unless it is about what has this SHA-256. */
export function parseProof(text: string, sha256: string | undefined): StoredProof | undefined {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record !== 'object' || record === null || sha256 === undefined) return undefined;
    const textOf = (key: string): string | undefined => {
      const value: unknown = Reflect.get(record, key);
      return typeof value === 'string' ? value : undefined;
    };
    if (textOf('sha256') !== sha256) return undefined;
    const ignored: unknown = Reflect.get(record, 'ignored');
    return {
      level: textOf('level'),
      ignored: Number.isSafeInteger(ignored) ? Number(ignored) : undefined,
      verifiedAt: textOf('verifiedAt'),
    };
  } catch {
    return undefined;
  }
}

/** Whether the record beside a dump set is about this very one. */
export async function hasProof(folder: string): Promise<boolean> {
  return (await readProof(folder)) !== undefined;
}
