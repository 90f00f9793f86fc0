import { fault, type RoundtripError } from '../../errors.ts';
import { magic } from './header.ts';

interface Kind {
  readonly what: string;
  readonly remedy: string;
  readonly matches: (head: Buffer) => boolean;
}

const beginsWith =
  (...codes: number[]) =>
  (head: Buffer) =>
    head.subarray(0, codes.length).equals(Buffer.from(codes));

/** What people hand over instead of an archive, told by the first bytes. */
const kinds: readonly Kind[] = [
  {
    what: 'is empty',
    remedy: 'dump again: pg_dump was stopped, or failed, before it wrote anything',
    matches: head => head.length === 0,
  },
  {
    what: 'is a plain SQL dump, not an archive',
    remedy: 'dump in custom or directory format, or restore this one with psql',
    matches: head => /^\s*--/.test(head.toString('latin1')),
  },
  {
    what: 'is a tar file, but not one that pg_dump has written',
    remedy: 'if it holds a dump, unpack it',
    matches: isTar,
  },
  { what: 'is compressed with gzip', remedy: 'unpack it with gunzip', matches: beginsWith(0x1f, 0x8b) },
  { what: 'is compressed with zstd', remedy: 'unpack it with unzstd', matches: beginsWith(0x28, 0xb5, 0x2f, 0xfd) },
  { what: 'is compressed with lz4', remedy: 'unpack it with unlz4', matches: beginsWith(0x04, 0x22, 0x4d, 0x18) },
  { what: 'is a zip file', remedy: 'unpack it with unzip', matches: beginsWith(0x50, 0x4b, 0x03, 0x04) },
];

/** Told by a tar file's first header (POSIX, "ustar Interchange Format"). */
export function isTar(head: Buffer): boolean {
  return head.subarray(257, 262).toString('latin1') === 'ustar';
}

/** The error for a file that begins with `head` (its first 512 bytes); undefined if it may be an archive, even a cut one. */
export function foreignFile(file: string, head: Buffer): RoundtripError | undefined {
  const kind = kinds.find(({ matches }) => matches(head));
  if (kind !== undefined) return fault('PGR302', `${file} ${kind.what}`, kind.remedy);
  if (magic.subarray(0, head.length).equals(head.subarray(0, magic.length))) return undefined;
  return fault(
    'PGR302',
    `${file} is not an archive of pg_dump: it does not begin with PGDMP`,
    'name a file or folder that pg_dump wrote in custom or directory format',
  );
}
