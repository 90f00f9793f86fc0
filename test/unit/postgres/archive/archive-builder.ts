import type { Input } from '../../../../src/postgres/archive/scanner.ts';

/** An entry as the bytes hold it: null is a NULL string, section and relkind are codes. */
export interface RawEntry {
  readonly dumpId: number;
  readonly hadDumper: number;
  readonly tableoid: string | null;
  readonly oid: string | null;
  readonly tag: string | null;
  readonly desc: string | null;
  readonly section: number;
  readonly defn: string | Buffer | null;
  readonly dropStmt: string | null;
  readonly copyStmt: string | null;
  readonly namespace: string | null;
  readonly tablespace: string | null;
  readonly tableam: string | null;
  readonly relkind: number;
  readonly owner: string | Buffer | null;
  readonly dependencies: readonly string[];
  readonly state: number;
  readonly position: number;
  readonly file: string;
}

export interface RawArchive {
  readonly minor: number;
  readonly revision: number;
  readonly integerSize: number;
  readonly offsetSize: number;
  readonly format: number;
  readonly compression: number;
  readonly time: readonly number[];
  readonly database: string | null;
  readonly entryCount: number | undefined;
  readonly entries: readonly Partial<RawEntry>[];
  readonly after: Buffer;
}

const plainEntry: RawEntry = {
  dumpId: 1,
  hadDumper: 0,
  tableoid: '1259',
  oid: '16384',
  tag: 'item',
  desc: 'TABLE',
  section: 2,
  defn: 'CREATE TABLE app.item (id integer);\n',
  dropStmt: 'DROP TABLE app.item;\n',
  copyStmt: null,
  namespace: 'app',
  tablespace: null,
  tableam: 'heap',
  relkind: 114,
  owner: 'keeper',
  dependencies: [],
  state: 3,
  position: 0,
  file: '',
};

const plainArchive: RawArchive = {
  minor: 14,
  revision: 0,
  integerSize: 4,
  offsetSize: 8,
  format: 1,
  compression: -1,
  time: [5, 4, 3, 2, 0, 126, 0],
  database: 'shop',
  entryCount: undefined,
  entries: [],
  after: Buffer.alloc(0),
};

export function integerBytes(value: number, size = 4): Buffer {
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = value < 0 ? 1 : 0;
  bytes.writeUIntLE(Math.abs(value), 1, Math.min(size, 6));
  return bytes;
}

/** Writes an archive's header and TOC the way pg_dump does, with whatever is wrong in `changes`. */
export function archiveBytes(changes: Partial<RawArchive> = {}): Buffer {
  const archive = { ...plainArchive, ...changes };
  const { minor, integerSize, offsetSize, format, compression, entries } = archive;
  const int = (value: number) => integerBytes(value, integerSize);
  const text = (value: string | Buffer | null) =>
    value === null ? int(-1) : Buffer.concat([int(Buffer.from(value as string).length), Buffer.from(value as string)]);
  const offset = (state: number, position: number) => {
    const bytes = Buffer.alloc(1 + offsetSize);
    bytes[0] = state;
    bytes.writeUIntLE(position, 1, Math.min(offsetSize, 6));
    return bytes;
  };
  return Buffer.concat([
    Buffer.from('PGDMP'),
    Buffer.from([1, minor, archive.revision, integerSize, offsetSize, format]),
    minor >= 15 ? Buffer.from([compression]) : int(compression),
    ...archive.time.map(int),
    text(archive.database),
    text('15.18'),
    text('15.20'),
    int(archive.entryCount ?? entries.length),
    ...entries.flatMap((given, index) => {
      const entry = { ...plainEntry, dumpId: index + 1, ...given };
      return [
        int(entry.dumpId),
        int(entry.hadDumper),
        ...[entry.tableoid, entry.oid, entry.tag, entry.desc].map(text),
        int(entry.section),
        ...[entry.defn, entry.dropStmt, entry.copyStmt, entry.namespace, entry.tablespace].map(text),
        ...(minor >= 14 ? [text(entry.tableam)] : []),
        ...(minor >= 16 ? [int(entry.relkind)] : []),
        text(entry.owner),
        text('false'),
        ...[...entry.dependencies, null].map(text),
        format === 1 ? offset(entry.state, entry.position) : text(entry.file),
      ];
    }),
    archive.after,
  ]);
}

/** Bytes that stand for a file; `size` may claim more than there is. */
export function inputOf(bytes: Buffer, size = bytes.length): Input {
  const read = async (position: number, length: number) => bytes.subarray(position, position + length);
  return { name: 'x.dump', size, read };
}
