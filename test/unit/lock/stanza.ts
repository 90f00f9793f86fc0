import type { IndexedPackage } from '../../../scripts/lock/package-index.ts';

/** A paragraph of a `Packages` file, whole; a field that is given as undefined is left out. */
export function stanza(name: string, fields: Readonly<Record<string, string | undefined>> = {}): string {
  const version = fields['Version'] ?? '1.0-1';
  const all = {
    Package: name,
    Version: version,
    Architecture: 'amd64',
    Filename: `pool/main/${name}/${name}_${version}_amd64.deb`,
    Size: '1000',
    SHA256: '0123456789abcdef'.repeat(4),
    ...fields,
  };
  return `${Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field}: ${value}`)
    .join('\n')}\n\n`;
}

export function indexedPackage(name: string, values: Partial<IndexedPackage> = {}): IndexedPackage {
  return {
    name,
    version: '1.0-1',
    archive: 'debian',
    path: `pool/main/${name}/${name}_1.0-1_amd64.deb`,
    bytes: 1000,
    sha256: '0123456789abcdef'.repeat(4),
    dependencies: [],
    provides: [],
    ...values,
  };
}
