import type { Diagnosis } from './model.ts';
import { sqlName } from './words.ts';

/** The oldest client that reads an archive of each format version (pg_backup_archiver.h). */
const readers: Readonly<Record<string, number>> = { '1.14': 12, '1.15': 16, '1.16': 17 };

/** Client, server and archive of different ages, and text where an archive belongs. */
export const versions: readonly Diagnosis[] = [
  {
    kind: 'client-older-than-server',
    class: 'fixable',
    code: 'PGR151',
    tool: /^aborting because of server version mismatch|^server version: .+?; \w+ version: /,
    oneCause: true,
    message: (_, { said }) => {
      const [, server, client] = /server version: (\S+).*?; \w+ version: (\S+)/.exec(said.text) ?? [];
      return `the client is older than the server${server === undefined ? '' : ` (${client} and ${server})`}`;
    },
    fix: () => 'leave `client.version` at `auto`, or name a client of the major of the server',
  },
  {
    kind: 'archive-too-new',
    class: 'fixable',
    code: 'PGR151',
    tool: /^unsupported version \((\d+\.\d+)\) in file header/,
    message: format => `the archive is of format ${format}, which this client is too old to read`,
    fix: format => {
      const major = readers[format];
      return major === undefined
        ? 'use a client of at least the major that made the dump, by `client.version`'
        : `use a newer client: \`client: {version: ${major}}\` or more`;
    },
  },
  {
    kind: 'unknown-setting',
    class: 'fixable',
    code: 'PGR165',
    server: /^unrecognized configuration parameter "([^"]*\.[^"]*)"/,
    message: setting => `the dump reads the setting ${setting}, which nothing on the target defines`,
    fix: (setting, { database }) =>
      `define it before the restore, in a database that is there already (\`into-existing\`), with the value that it has on the source:\n\`ALTER DATABASE ${sqlName(database, 'TARGET')} SET ${setting} = '…';\``,
  },
  {
    kind: 'unknown-setting',
    class: 'benign',
    code: 'PGR210',
    programs: ['pg_restore'],
    server: /^unrecognized configuration parameter "(.+?)"/,
    when: ({ command = '' }) => /^SET \w+ = /.test(command),
    message: setting => `the client sets ${setting}, which this older server does not have`,
    fix: () => 'nothing is missing; a client of the major of the target, by `client.version`, does not say it',
  },
  {
    kind: 'unknown-setting',
    class: 'fixable',
    code: 'PGR165',
    server: /^unrecognized configuration parameter "(.+?)"/,
    message: setting => `the target does not know the setting ${setting}`,
    fix: () => 'use a client of the major of the target, by `client.version`, or restore into a newer server',
  },
  {
    kind: 'text-dump-to-pg_restore',
    class: 'fixable',
    code: 'PGR210',
    tool: /^input file appears to be a text format dump/,
    message: () => 'the dump is SQL text, which pg_restore does not read',
    fix: () => 'give it to psql: `psql -X -v ON_ERROR_STOP=1 -f FILE`, or dump with `format: directory`',
  },
  {
    kind: 'archive-to-psql',
    class: 'fixable',
    code: 'PGR210',
    programs: ['psql'],
    tool: /^The input is a PostgreSQL custom-format dump/,
    message: () => 'the dump is an archive, which psql does not read',
    fix: () => 'give it to pg_restore: `pg_restore --dbname=TARGET FILE`, or dump with `format: plain`',
  },
  {
    kind: 'archive-damaged',
    class: 'fixable',
    code: 'PGR302',
    tool: /^could not read from input file: end of file|^input file is too short|^input file does not appear to be a valid (?:tar )?archive|does not appear to be a valid archive \("toc\.dat" does not exist\)/,
    oneCause: true,
    message: () => 'the archive is cut off, empty, or not an archive: it may be compressed or encrypted once more',
    fix: () => 'compare size and SHA-256 with those of the dump set, fetch it again, or make the dump again',
  },
  {
    kind: 'restrict-not-understood',
    class: 'fixable',
    code: 'PGR210',
    tool: /^invalid command \\(?:un)?restrict/,
    server: /^syntax error at or near "\\"/,
    oneCause: true,
    message: () =>
      'the text of the dump has commands (\\restrict) that only a psql with the fix of CVE-2025-8714 knows',
    fix: () => 'use a newer psql, by `client.version`, or dump with `format: directory`',
  },
  {
    kind: 'restrict-violated',
    class: 'fixable',
    code: 'PGR172',
    tool: /^backslash commands are restricted|^\\unrestrict: wrong key/,
    oneCause: true,
    message: () =>
      'the text of the dump has commands that pg_dump did not write: it was changed, or joined from several',
    fix: () => 'do not run it; make the dump again, and keep each dump in a file of its own',
  },
  {
    kind: 'syntax-of-newer-major',
    class: 'fixable',
    code: 'PGR165',
    programs: ['pg_restore', 'psql'],
    server: /^syntax error at or near "(.+?)"/s,
    message: word => `the target does not understand the dump at "${word}"`,
    fix: () =>
      'restore into a server at least as new as the source; if a name has become a keyword since, dump with `flags: {quote-all-identifiers: true}`',
  },
];
