import type { Entries } from './entry.ts';

/** What a copy is restored into. */
export const targets = {
  PGR160: {
    exit: 4,
    meaning: 'the target database is not empty',
    causes: 'It has objects of somebody, such as the copy of an earlier run.',
    remedy:
      'Restore under a new name with `as`. If all of it may be lost, write `overwrite: [NAME]`; to add to it, `into-existing: [NAME]`.',
  },
  PGR161: {
    exit: 4,
    meaning: 'the target is the database that was dumped',
    causes:
      'Source and target are the same database of the same server, though perhaps reached by different addresses.',
    remedy: 'Correct the URL of the target, or restore under another name with `as`.',
  },
  PGR162: {
    exit: 4,
    meaning: 'the target connection is protected',
    causes: 'The connection is declared with `protected: true`, and a step would write to it.',
    remedy: 'Name another connection. Remove `protected` only if the server may be written to.',
  },
  PGR163: {
    exit: 4,
    meaning: 'other sessions are connected to the target database',
    causes: 'An application, a tool or a forgotten `psql` uses the database that is to be overwritten.',
    remedy: 'Restore into a database of its own, or disconnect them.',
  },
  PGR164: {
    exit: 2,
    meaning: 'roles that the dump needs do not exist on the target',
    causes:
      'Objects belong to roles, or are granted to roles, that the dump does not bring along and the server does not have.',
    remedy: 'Dump with `globals: true`, or restore with `owners: ROLE` and `privileges: skip`.',
  },
  PGR165: {
    exit: 2,
    meaning: 'the target cannot hold something of the dump',
    causes:
      'The target is of an older major, or of one that has lost a feature: an option of a table, a type, a function.',
    remedy: 'Use a server of the major of the source or newer, or exclude what the message names.',
  },
  PGR166: {
    exit: 2,
    meaning: 'the target does not know the locale of a database',
    causes: 'The system of the target lacks the locale (`en_US.UTF-8` in a slim image) or the provider of it.',
    remedy: 'Install it there, or choose another one for the copy, such as `locale: C.UTF-8`.',
  },
  PGR167: {
    exit: 2,
    meaning: 'tablespaces that the copy needs do not exist on the target',
    causes: 'Tables or indexes of the dump lie in tablespaces of their server.',
    remedy: 'Create them, map them with `tablespaces: { OLD: NEW }`, or write `tablespaces: drop`.',
  },
  PGR168: {
    exit: 2,
    meaning: 'extensions that were to be present are missing in the target',
    causes: 'The restore says `extensions: present`, and the database does not have them all.',
    remedy: 'Create them first, or write `extensions: create`.',
  },
  PGR169: {
    exit: 2,
    meaning: 'the target takes no writes',
    causes: 'The address is that of a standby, or `default_transaction_read_only` is on for the role.',
    remedy: 'Name the primary, or turn it off for the role that restores.',
  },
} as const satisfies Entries;
