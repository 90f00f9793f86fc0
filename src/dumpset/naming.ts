/** Windows takes these for devices whatever their suffix. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * File name of a database's archive. Every character that a file system or an artifact store could stumble over is
 * percent-encoded, so that two databases never share a name and no name leaves the folder.
 */
export function archiveName(database: string, format: 'directory' | 'custom'): string {
  const encodeFirst = device.test(database);
  const safe = Array.from(Buffer.from(database, 'utf8'), (byte, index) => {
    const sign = String.fromCharCode(byte);
    const plain = index === 0 ? !encodeFirst && /[a-z0-9_]/.test(sign) : /[a-z0-9_.-]/.test(sign);
    return plain ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  return format === 'directory' ? `${safe}.dir` : `${safe}.dump`;
}
