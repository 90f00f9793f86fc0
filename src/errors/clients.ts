import type { Entries } from './entry.ts';

/** The client programs and their options. */
export const clients = {
  PGR150: {
    exit: 2,
    meaning: 'options that exclude each other are combined',
    causes:
      'Two keys contradict each other, or one means nothing beside the other: `jobs` with a format of one file, two dumps into one folder.',
    remedy: 'Keep one of the two; the message says why they exclude each other.',
  },
  PGR151: {
    exit: 2,
    meaning: 'no client on this machine can talk to the server',
    causes:
      'A client must be of the major of the server or newer, and neither an installation nor the locked packages have one that is asked for.',
    remedy:
      'Leave `client` out, so that one is found or fetched, or install one. `pg-roundtrip client list` shows what there is.',
  },
  PGR152: {
    exit: 2,
    meaning: 'the client folder that was named holds no complete client',
    causes: '`client.path` names a wrong folder, or one without `pg_dump`, `pg_restore`, `psql` or `pg_dumpall`.',
    remedy: 'Name the folder of the programs, such as `/usr/lib/postgresql/18/bin`.',
  },
  PGR153: {
    exit: 2,
    meaning: 'no server programs for a throwaway server are on this machine',
    causes:
      'A connection says `throwaway: true`, no server is installed, and none can be fetched for this system or major.',
    remedy: 'Install a Postgres server, which need not run, ask for another major, or name a real connection.',
  },
  PGR154: {
    exit: 4,
    meaning: 'a client below the security floor would execute the text of a dump',
    causes:
      'A plain dump is text that psql executes, and older clients let it start programs (CVE-2025-8714, CVE-2026-18408).',
    remedy: 'Update the client, choose another with `client`, or dump in the `directory` or `custom` format.',
  },
  PGR155: {
    exit: 2,
    meaning: 'an option of a tool cannot be given under `flags`',
    causes: 'The option has a key of its own, is set by pg-roundtrip, would undo a promise, or no tool has it.',
    remedy: 'Use the key that the message names; [options.md](options.md) says how every option is given.',
  },
  PGR156: {
    exit: 2,
    meaning: 'the client does not have an option',
    causes: 'An option came with a newer major, or went with an older one, than the client that is used.',
    remedy: 'Remove it, or choose another client under `client`.',
  },
} as const satisfies Entries;
