/** One file in an `ar` archive. */
export interface ArchiveMember {
  readonly name: string;
  /** A view of the archive's bytes. */
  readonly bytes: Buffer;
}

const magic = '!<arch>\n';
const headerBytes = 60;

/**
 * Reads the common form of `ar`, as deb(5) describes it: names of up to 16 characters, an optional slash at their end,
 * sizes in decimal, each member at an even offset.
 *
 * @throws a plain error that says what is wrong with the bytes.
 */
export function readArchive(bytes: Buffer): readonly ArchiveMember[] {
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw new Error('it is no ar archive');
  const members: ArchiveMember[] = [];
  for (let at = magic.length; at < bytes.length; ) {
    const header = bytes.toString('latin1', at, at + headerBytes);
    const size = /^.{48}(\d+) *`\n$/s.exec(header)?.[1];
    if (size === undefined) throw new Error(`the ar archive has no member header at byte ${at}`);
    const start = at + headerBytes;
    const end = start + Number(size);
    const name = header.slice(0, 16).trimEnd().replace(/\/$/, '');
    if (end > bytes.length) throw new Error(`the ar archive ends within ${name}`);
    members.push({ name, bytes: bytes.subarray(start, end) });
    at = end + (end % 2);
  }
  return members;
}
