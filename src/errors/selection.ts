import type { Entries } from './entry.ts';

/** What is chosen to be dumped or restored. */
export const selection = {
  PGR180: {
    exit: 2,
    meaning: 'a filter matches nothing',
    causes:
      'A name under `databases`, `include`, `exclude`, `as` or `rename` is misspelt, has another schema, or needs double quotes for its capitals.',
    remedy: 'Correct it. A filter that matches nothing would leave something out, or in, without a word.',
  },
  PGR181: {
    exit: 2,
    meaning: 'something that is restored needs something that is left out',
    causes: 'A chosen view, index, trigger or constraint depends on an object that the selection excludes.',
    remedy: 'Include that as well, or exclude what needs it.',
  },
  PGR182: {
    exit: 2,
    meaning: 'a list of entries does not fit the archive',
    causes: 'The list was made from another dump, or a line was changed and not only removed or moved.',
    remedy: 'Make it anew by `pg_restore --list` of this very archive.',
  },
  PGR183: {
    exit: 2,
    meaning: 'statements without names of columns would fill other columns',
    causes: 'A dump with `inserts` has a table that inherits its columns in another order than a restore makes them.',
    remedy: 'Write `column-inserts: true`.',
  },
  PGR190: {
    exit: 1,
    meaning: 'the role may not read something that is to be dumped',
    causes: 'The role of the source lacks `SELECT` on a table or sequence, or `USAGE` on a schema.',
    remedy:
      '`GRANT pg_read_all_data` to it (14 and newer), or paste the grants that `pg-roundtrip doctor` prints; or exclude the object.',
  },
  PGR191: {
    exit: 1,
    meaning: 'row-level security hides rows that are to be dumped',
    causes: 'Policies apply to the role, so a dump would lack rows.',
    remedy: 'Dump as the owner of the tables or as a role with `BYPASSRLS`.',
  },
  PGR192: {
    exit: 1,
    meaning: 'the role may not do on the target what the dump needs',
    causes:
      'It is no superuser, does not own the database or schema, or is no member of the role that is to own something.',
    remedy:
      'Paste the `GRANT` of the message; or restore as a superuser, or with `owners: ROLE` and `privileges: skip`.',
  },
} as const satisfies Entries;
