import { list, located, record, tolerant } from '../schema/collections.ts';
import { defaulted, lenient, optional, required } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { oneKey } from '../schema/one-key.ts';
import { either, scalar } from '../schema/scalar.ts';
import { boolean, choice, duration, integer, text } from '../schema/scalars.ts';
import { indexPlaces } from '../schema/suggestions.ts';
import { isForeign } from '../source/tree.ts';
import { cloneCase } from './clone.ts';
import { compareCase } from './compare.ts';
import { connection } from './connection.ts';
import { dumpCase } from './dump.ts';
import { fetchCase } from './fetch.ts';
import { connectionName } from './names.ts';
import { pruneCase } from './prune.ts';
import { publishCase } from './publish.ts';
import { restoreCase } from './restore.ts';
import { sqlCase } from './sql.ts';
import { storages } from './storages.ts';
import { verifyCase } from './verify.ts';

const version = scalar<1>({
  type: '`1`',
  expects: '1, the only version of this format that this release knows',
  schema: { const: 1 },
  read: node => (node.spelling === '1' && (node.value === 1 || isForeign(node)) ? { value: 1 } : undefined),
});

const client = object(
  {
    version: optional(either(integer(9, 99), choice(['auto'])), 'Major version of the client tools.', {
      otherwise: "`auto`: the server's, or the nearest newer one that is found",
    }),
    path: optional(text({ expects: 'the path of a folder', type: 'path' }), 'Folder with the client tools to use.', {
      otherwise: 'real installation folders are searched, then locked packages are fetched',
    }),
    'add-to-path': defaulted(
      boolean(),
      false,
      'Whether later steps of a GitHub job find the programs of the first client on their PATH.',
    ),
    mirrors: optional(
      list(text({ expects: 'the address of a package mirror' })),
      'Mirrors of the package archives, tried first: `https://HOST/PATH`, or `debian=…`, `debian-security=…`, `pgdg=…`, `conda-forge=…` for one archive.',
      { otherwise: "the machine's own apt, then the archives' public hosts" },
    ),
  },
  { conflicts: [['version', 'path']] },
);

const timeouts = object({
  connect: defaulted(duration(), '10s', 'For reaching one host.', { postgres: 'connect_timeout' }),
  lock: defaulted(duration(), '30s', 'For a lock on a table.', { postgres: 'pg_dump --lock-wait-timeout' }),
  stall: defaulted(duration(), '2m', 'How long a peer may show no sign of work.'),
  total: optional(duration(), 'For the whole run.', { otherwise: 'left to the CI' }),
});

const connections = record(tolerant(located(connection)), {
  name: 'NAME',
  minimum: 0,
  keys: connectionName,
  expects: 'a name of letters, digits, - and _ that begins with a letter',
});

export const step = oneKey('a step', {
  fetch: fetchCase,
  dump: dumpCase,
  restore: restoreCase,
  verify: verifyCase,
  compare: compareCase,
  clone: cloneCase,
  sql: sqlCase,
  publish: publishCase,
  prune: pruneCase,
});

/** The declared file. Values with problems inside are undefined, so that the rest can still be checked. */
export const declaredFile = object(
  {
    version: lenient(required(version, 'Version of this format.')),
    connections: lenient(
      defaulted(connections, {}, 'Database servers by name. Only `fetch`, `publish` and `prune` do without.'),
    ),
    storages: lenient(
      optional(storages, 'Where packed dump sets go to and come from, by name.', { otherwise: 'none' }),
    ),
    client: lenient(defaulted(client, {}, 'Which client tools to use.')),
    timeouts: lenient(defaulted(timeouts, {}, 'Limits of waiting.')),
    retries: lenient(
      defaulted(
        integer(0, 10),
        1,
        'How often a step begins anew, from scratch, that has lost its connection: a dump with a snapshot of its own, a restore of databases that it makes, a comparison.',
      ),
    ),
    steps: lenient(required(list(tolerant(step), { standalone: true }), 'What to do, in this order.')),
  },
  {
    hints: {
      jobs: 'put it into a step',
      services: 'write connections',
      databases: 'write connections',
      storage: 'write storages',
    },
  },
);

export type FileDeclaration = NonNullable<ReturnType<typeof declaredFile.decode>>['value'];
export type StepDeclaration = NonNullable<NonNullable<FileDeclaration['steps']>[number]>;

/** Where in the file each key belongs. */
export const placesOf = indexPlaces(declaredFile);
