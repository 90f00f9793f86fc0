import type { Entries } from './entry.ts';

/** What the client tools do and say. */
export const tools = {
  PGR210: {
    exit: 1,
    meaning: 'a client tool failed',
    causes: 'One of pg_dump, pg_restore, pg_dumpall and psql has ended with an error that has no code of its own here.',
    remedy: 'The message has its first words, the log all of them.',
  },
  PGR211: {
    exit: 1,
    meaning: 'a client tool was killed',
    causes: 'Something sent it a signal; `SIGKILL` mostly means that memory ran out.',
    remedy: 'Use fewer `jobs` or a larger machine.',
  },
  PGR212: {
    exit: 1,
    meaning: 'a client tool could not be started',
    causes: 'The program was removed meanwhile, may not be executed, is for another processor, or lacks a library.',
    remedy: 'Install it anew, or leave `client` out so that one is fetched.',
  },
  PGR213: {
    exit: 1,
    meaning: 'a database cannot be restored by anybody as it is',
    causes:
      'Something in it works only where it is: a function that finds names by the `search_path`, a check that reads other tables, a view that reads itself. Every dump of it has the same defect.',
    remedy: 'Mend the definition in the source, as the message says, and dump it again.',
  },
  PGR214: {
    exit: 1,
    meaning: 'the target has something of the dump already',
    causes: 'The template or an image has put it there, or the same dump was restored before.',
    remedy: 'Restore into a new database, or choose what is restored.',
  },
  PGR215: {
    exit: 1,
    meaning: 'rows that are restored break a foreign key',
    causes: 'Rows are restored without those that they refer to, or before them.',
    remedy: 'Restore all sections in one step, or with `disable-triggers: true`, after which the keys are checked.',
  },
  PGR216: {
    exit: 1,
    meaning: 'data are damaged',
    causes: 'The source has damaged pages, or an index that has let equal keys in.',
    remedy:
      'Keep older dumps, and let nothing prune them. Copy the data folder, then look with `pg_amcheck`; rebuild indexes that it names.',
  },
  PGR217: {
    exit: 1,
    meaning: 'the server ran out of memory or locks',
    causes: 'One transaction locks thousands of tables, or a row is larger than the server can hold as text.',
    remedy: 'Raise `max_locks_per_transaction` of the server that says it, or leave `single-transaction` out.',
  },
  PGR218: {
    exit: 1,
    meaning: 'text of a dump is not valid in its encoding',
    causes: 'A database of the encoding `SQL_ASCII` holds bytes of several encodings.',
    remedy: 'Restore into a database of the encoding of the source, or clean the rows first.',
  },
} as const satisfies Entries;
