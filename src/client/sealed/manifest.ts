import type { LockedSet } from '../lock/lock.ts';
import type { SealedFile, SealedManifest } from './sealed-folder.ts';

export const manifestName = 'MANIFEST.json';

/** A text that is the same for the same manifest. */
export function manifestText(manifest: SealedManifest): string {
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}

/** The part of a manifest that follows from the set alone. */
export function manifestHead(set: LockedSet): Omit<SealedManifest, 'loader' | 'loaderKnowsArgv0' | 'prefix' | 'files'> {
  const { product, major, version, platform, architecture } = set;
  const packages = set.packages.map(one => ({ name: one.name, version: one.version, sha256: one.sha256 }));
  return { schema: 1, product, major, version, platform, architecture, packages };
}

/** Reads a manifest; undefined for a text that is none of a folder made from this very set. */
export function parseManifest(text: string, set: LockedSet): SealedManifest | undefined {
  const { loader, loaderKnowsArgv0, prefix, files, ...head } = readObject(text);
  if (JSON.stringify(head) !== JSON.stringify(manifestHead(set))) return undefined;
  if (typeof loaderKnowsArgv0 !== 'boolean' || !Array.isArray(files) || !files.every(isSealedFile)) return undefined;
  const common = { ...manifestHead(set), loaderKnowsArgv0, files };
  if (set.platform !== 'linux') {
    return loader === undefined && typeof prefix === 'string' ? { ...common, loader, prefix } : undefined;
  }
  if (typeof loader !== 'string' || !/^ld-linux-[\w.-]+$/.test(loader) || prefix !== undefined) return undefined;
  return { ...common, loader };
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isSealedFile(value: unknown): value is SealedFile {
  if (typeof value !== 'object' || value === null) return false;
  const file: Readonly<Record<string, unknown>> = { ...value };
  if (typeof file['path'] !== 'string') return false;
  if (file['kind'] === 'link') return typeof file['to'] === 'string';
  const numbers = typeof file['bytes'] === 'number' && typeof file['executable'] === 'boolean';
  return file['kind'] === 'file' && numbers && typeof file['sha256'] === 'string';
}
