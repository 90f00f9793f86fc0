/** What the table of contents (TOC) of a pg_dump archive says, without the data. */
export interface Archive {
  readonly header: ArchiveHeader;
  /** In the order of the archive, which is the order in which pg_restore makes the objects. */
  readonly entries: readonly TocEntry[];
  /** SHA-256, in hex, of the header and the TOC as pg_dump wrote them. */
  readonly tocSha256: string;
  /** Length of header and TOC in bytes: where the first data block of a custom archive begins, from its start. */
  readonly tocBytes: number;
}

export interface ArchiveHeader {
  /** Of the archive format, not of Postgres: 1.14 is written by pg_dump 12 to 15, 1.15 by 16, 1.16 by 17 and 18. */
  readonly version: FormatVersion;
  /** Bytes of the magnitude of an integer, and of a file offset. */
  readonly integerSize: number;
  readonly offsetSize: number;
  readonly format: 'custom' | 'directory' | 'tar';
  readonly compression: Compression;
  /** ISO 8601 without a zone, as the archive has none: local time of the machine that made the dump. */
  readonly createdAt: string;
  readonly database: string;
  /** As the server and pg_dump print their versions, e.g. `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly serverVersion: string;
  readonly dumpVersion: string;
  readonly entryCount: number;
}

export interface FormatVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
}

export interface Compression {
  readonly kind: 'none' | 'gzip' | 'lz4' | 'zstd';
  /** Undefined for zlib's default, and always from format 1.15 on, which no longer stores it. */
  readonly level: number | undefined;
}

export type Section = 'none' | 'pre-data' | 'data' | 'post-data';

/** One entry of the TOC. What the archive holds as NULL is undefined; an empty string stays an empty string. */
export interface TocEntry {
  readonly dumpId: number;
  readonly hasData: boolean;
  /** Catalog and OID of the object in the source; 0 for entries that pg_dump derives. */
  readonly tableOid: number;
  readonly oid: number;
  /** The name that `pg_restore --list` shows. */
  readonly tag: string;
  /** The kind of object: `TABLE`, `TABLE DATA`, `FK CONSTRAINT`, `ACL` … */
  readonly description: string;
  readonly section: Section;
  readonly definition: string | undefined;
  readonly dropStatement: string | undefined;
  /** `COPY s.t (a, b) FROM stdin;` of table data; undefined in a dump of INSERT statements. */
  readonly copyStatement: string | undefined;
  readonly namespace: string | undefined;
  readonly tablespace: string | undefined;
  /** Table access method; since format 1.14. */
  readonly accessMethod: string | undefined;
  /** `pg_class.relkind` of tables, views and foreign tables; since format 1.16. */
  readonly relationKind: string | undefined;
  readonly owner: string | undefined;
  /** Dump ids. Some belong to no entry (section boundaries, objects that a filter left out). */
  readonly dependencies: readonly number[];
  readonly location: DataLocation;
}

/** Where the data of an entry is. */
export type DataLocation =
  | {
      readonly kind: 'offset';
      /** `unset`: there is data, but pg_dump wrote to a pipe and could not note where; `position` is then 0. */
      readonly state: 'unset' | 'set' | 'none';
      /** Byte of the file at which the data block begins. */
      readonly position: number;
    }
  | {
      readonly kind: 'file';
      /** Base name in the folder or tar, without the suffix of its compression; undefined where there is no data. */
      readonly name: string | undefined;
    };
