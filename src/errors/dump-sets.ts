import type { Entries } from './entry.ts';

/** Dump sets that are found, fetched or deleted. */
export const dumpSets = {
  PGR170: {
    exit: 4,
    meaning: 'a dump set to be fetched may be made by others',
    causes:
      'The artifact comes from a fork, a pull request or another repository. A dump can run code where it is restored.',
    remedy: 'Fetch one of your own branches, or write the reason for trust under `allow-foreign`.',
  },
  PGR171: {
    exit: 2,
    meaning: 'a folder is not a dump set',
    causes:
      'The path is wrong, or the dump was made by pg_dump itself and has no `manifest.json`; or a newer release has made it.',
    remedy: 'Name the folder that a `dump` step has made. `pg-roundtrip inspect` looks at archives of pg_dump too.',
  },
  PGR172: {
    exit: 3,
    meaning: 'a dump set is damaged',
    causes:
      'A file is missing, changed, cut off or added since the dump set was made, by a broken disk, a transfer or a person. Nothing of it was used.',
    remedy: 'Fetch it again, or take another one.',
  },
  PGR173: {
    exit: 4,
    meaning: 'the target says of itself that it is production',
    causes:
      'A database that is to be changed or lost has a table `ar_internal_metadata` with the environment `production`.',
    remedy:
      'Check where the connection leads. If it is a copy, or may really be changed, write `production: [NAME]` too.',
  },
  PGR174: {
    exit: 4,
    meaning: 'a dump from elsewhere would run its code with rights that it is not trusted with',
    causes:
      'The dump was not made by this tool, or its manifest is gone, and it is to do more than a role without rights can: go into a database that is there, keep owners, or be run by psql.',
    remedy: 'Restore it as a new database. If you know who made it, write `trust: REASON`.',
  },
  PGR176: {
    exit: 4,
    meaning: 'a dump set to be fetched is larger than allowed, or than the disk has room for',
    causes: 'It exceeds `max-size`, or the space that is free here.',
    remedy: 'Check that it is the right one; raise `max-size`, or free some space.',
  },
  PGR177: {
    exit: 4,
    meaning: 'dump sets could not be deleted safely',
    causes: 'What would be left is not sound, or something in the place cannot be looked at. Nothing was deleted.',
    remedy: 'Look at what the message names, move it away or repair its permissions.',
  },
} as const satisfies Entries;
