import type { Diagnosis } from './model.ts';
import { sqlName } from './words.ts';

/** Encodings and locales. */
export const encodings: readonly Diagnosis[] = [
  {
    kind: 'invalid-bytes',
    class: 'fixable',
    code: 'PGR218',
    server:
      /^invalid byte sequence for encoding "(.+?)"|^character with byte sequence .+? in encoding "(.+?)" has no equivalent/s,
    oneCause: true,
    message: (encoding, { said }) =>
      `text of the dump is not valid in ${encoding}${said.table === undefined ? '' : `, in table "${said.table}"`}: the source may mix encodings`,
    fix: () =>
      "clean the rows on the source, or restore into a database of the encoding of the source:\n`CREATE DATABASE TARGET TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C';`",
  },
  {
    kind: 'locale-or-encoding-mismatch',
    class: 'fixable',
    code: 'PGR166',
    server:
      /^invalid (?:LC_COLLATE |LC_CTYPE )?locale name: "(.+?)"|^encoding ".+?" does not match locale "(.+?)"|^new (?:encoding|collation|LC_CTYPE|locale provider|ICU locale).*?\((.+?)\) is incompatible with/s,
    message: name => `the target server cannot make a database of ${name}`,
    fix: () => 'use a server image with that locale, or name another one with `locale: C.UTF-8` at the restore',
  },
  {
    kind: 'collation-version',
    class: 'benign',
    code: 'PGR210',
    server: /^(database ".+?") has a collation version mismatch|^(collation ".+?") has version mismatch/s,
    tool: /^(?:WARNING: +)?(database ".+?") has a collation version mismatch/s,
    message: name => `${name} was made with another version of its collation`,
    fix: () =>
      'on the source, build its indexes anew and say so: `REINDEX DATABASE …; ALTER DATABASE … REFRESH COLLATION VERSION;`; on a new copy nothing is to be done',
  },
];

/** How the tools are called, and the files that they read and write. */
export const usage: readonly Diagnosis[] = [
  {
    kind: 'filter-matches-nothing',
    class: 'fixable',
    code: 'PGR180',
    tool: /^no matching (?:tables|schemas|extensions) were found for pattern "(.*)"|^no matching (?:tables|schemas|extensions) were found/s,
    message: pattern => `the filter ${pattern} matches nothing`,
    fix: () => 'check its spelling and schema under `include`',
  },
  {
    kind: 'parallel-format',
    class: 'fixable',
    code: 'PGR210',
    tool: /^parallel backup only supported by the directory format|^parallel restore from (?:standard input|non-seekable file) is not supported|^parallel restore is not supported with this archive file format/,
    message: () => 'this format or input cannot be worked on by several jobs',
    fix: () => 'dump with `format: directory`, restore from a file or folder, or use `jobs: 1`',
  },
  {
    kind: 'output-exists',
    class: 'fixable',
    code: 'PGR131',
    tool: /^could not create directory "(.+?)": File exists|^directory "(.+?)" (?:exists but )?is not empty/s,
    message: folder => `the folder ${folder} is there already, and not empty`,
    fix: () => 'dump into a new folder, with `to`',
  },
  {
    kind: 'member-missing',
    class: 'fixable',
    code: 'PGR302',
    tool: /^could not open input file "(.+?)": No such file or directory|^could not open file "(.+?)" for reading: No such file/s,
    message: file => `a file of the archive is missing: ${file}`,
    fix: () => 'compare the folder with SHA256SUMS of its dump set, and fetch it again',
  },
  {
    kind: 'member-corrupt',
    class: 'incident',
    code: 'PGR302',
    tool: /^could not read from input file: (?!end of file)|^could not uncompress data: |^could not decompress|^found unexpected block ID|^could not find block ID \d+ in archive|^corrupt tar header|^unrecognized data block type/,
    oneCause: true,
    message: () => 'the data of the archive are damaged',
    fix: () => 'compare it with SHA256SUMS of its dump set and fetch it again; otherwise use an older dump',
  },
  {
    kind: 'snapshot-invalid',
    class: 'fixable',
    code: 'PGR205',
    server:
      /^invalid snapshot identifier: "(.+?)"|^snapshot "(.+?)" does not exist|^cannot import a snapshot from a different database|^a snapshot-importing transaction must|^could not import the requested snapshot/s,
    oneCause: true,
    message: () => 'the session that holds the snapshot of the dump has ended',
    fix: (_, { user }) =>
      `keep the server or a pooler from ending it:\n\`ALTER ROLE ${sqlName(user, 'ROLE')} SET idle_in_transaction_session_timeout = 0;\``,
  },
  {
    kind: 'fsync-special-file',
    class: 'fixable',
    code: 'PGR210',
    tool: /^could not fsync file "(.+?)": Invalid argument/s,
    message: file => `${file} is no regular file`,
    fix: () => 'write to a regular file; all else that was asked for has worked',
  },
  {
    kind: 'worker-died',
    class: 'fixable',
    code: 'PGR210',
    tool: /^a worker process died unexpectedly/,
    follows: true,
    oneCause: true,
    message: () => 'a worker process died unexpectedly',
    fix: () => 'use fewer `jobs`; the log above, that of the server, or that of the machine may say why',
  },
];
