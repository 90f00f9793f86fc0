import type { DumpFormat } from './manifest.ts';

/** Windows takes these for devices whatever their suffix. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * File name of a database's archive. Every character that a file system or an artifact store could stumble over is
 * percent-encoded, so that two databases never share a name and no name leaves the folder.
 */
export function archiveName(database: string, format: Exclude<DumpFormat, 'plain'>): string {
  return `${safeName(database)}${suffixes[format]}`;
}

/** File names of a plain dump, of which `suffix` says the compression, and of its table of contents. */
export function plainNames(database: string, suffix: string): { readonly path: string; readonly contents: string } {
  const safe = safeName(database, database === globalsName);
  return { path: `${safe}${suffix}`, contents: `${safe}.toc` };
}

const globalsName = 'globals';
export const globalsPath = `${globalsName}.sql`;

const suffixes = { directory: '.dir', custom: '.dump', tar: '.tar' } as const;

function safeName(database: string, encodeFirst = device.test(database)): string {
  return Array.from(Buffer.from(database, 'utf8'), (byte, index) => {
    const sign = String.fromCharCode(byte);
    const plain = index === 0 ? !encodeFirst && /[a-z0-9_]/.test(sign) : /[a-z0-9_.-]/.test(sign);
    return plain ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
