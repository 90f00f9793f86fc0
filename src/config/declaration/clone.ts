import { located } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice, integer } from '../schema/scalars.ts';
import { jobs } from './dump.ts';
import { name } from './names.ts';

const clone = object(
  {
    database: required(located(name), 'Database to copy. Nobody may be connected to it meanwhile.'),
    on: optional(located(name), 'Connection to its server.', { otherwise: 'that of the `restore` before' }),
    count: required(integer(1, 1_000), 'How many copies: `NAME_1`, `NAME_2` and so on.'),
    strategy: defaulted(
      choice(['auto', 'wal_log', 'file_copy']),
      'auto',
      'How the server copies, from 15 on. `auto`: `file_copy`, but `wal_log` for a small database where `fsync` is on; the plan says what is small.',
      { postgres: 'CREATE DATABASE ... STRATEGY' },
    ),
    jobs: defaulted(jobs, 'auto', 'Copies that are made at once; `auto`: one for each core here.'),
    temporary: defaulted(boolean(), false, 'Whether they are dropped at the end of the job.'),
  },
  {
    hints: {
      from: 'write database',
      into: 'write on',
      copies: 'write count',
      as: 'copies are called NAME_1, NAME_2 …',
    },
  },
);

const example = `- clone: { database: app_copy, count: 8 }`;

export const cloneCase = {
  kind: clone,
  help: 'Copies a database on its server, for tests that run side by side: much faster than restoring it again.',
  example,
} satisfies Case<unknown>;
