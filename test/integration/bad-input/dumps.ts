import { chmod, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { addArtifact } from '../../support/results-service/store.ts';
import { declared } from '../faults/bench.ts';
import { type BadInput, type Bench, dumping, restoring, type Workspace } from './bad-input.ts';

const publishing = (encrypt: object) =>
  declared({
    steps: [{ dump: { from: 'source', to: 'dumps/set' } }, { publish: { folder: 'published', encrypt } }],
  });

const found = ({ workspace }: Workspace, { dumpSet }: Bench) =>
  cp(dumpSet('directory'), join(workspace, 'found'), { recursive: true });

/** Programs that say no more than their version. */
const clientOf =
  (version: string) =>
  async ({ workspace, write }: Workspace) => {
    for (const program of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) {
      await write(`tools/${program}`, `#!/bin/sh\necho '${program} (PostgreSQL) ${version}'\n`);
      await chmod(join(workspace, 'tools', program), 0o755);
    }
  };

const fetching = (from: string) => `version: 1
connections: { target: { url: "\${TARGET_URL}" } }
steps:
  - fetch: { artifact: customers, to: dumps/fetched, from: ${from} }
`;

/** 24 to 30: what is published, restored and fetched. */
export const dumps: readonly BadInput[] = [
  {
    number: 24,
    name: 'an unencrypted artifact of a public repository',
    file: declared({
      steps: [{ dump: { from: 'source', to: 'dumps/set' } }, { publish: { artifact: 'customers' } }],
    }),
    event: { repository: { private: false, visibility: 'public' } },
    only: ['action', 'elsewhere there is neither a repository nor an artifact'],
    code: 'PGR140',
    says: /public: anyone signed in could download/,
    remedy: /recipients/,
  },
  {
    number: 25,
    name: 'no recipient',
    file: publishing({ recipients: [] }),
    code: 'PGR141',
    says: /recipients/,
    remedy: /age1/,
  },
  {
    number: 25,
    name: 'a recipient with a slip of the pen',
    file: publishing({ recipients: ['age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq'] }),
    code: 'PGR142',
    says: /character of the recipient is wrong or missing/,
    remedy: /age-keygen -y/,
  },
  {
    number: 25,
    name: 'a secret key as recipient',
    file: publishing({ recipients: ['${KEY}'] }),
    environment: { KEY: 'AGE-SECRET-KEY-1NOTTOBESEEN' },
    code: 'PGR143',
    says: /secret key/,
    remedy: /public key/,
    hidden: ['NOTTOBESEEN'],
  },
  {
    number: 25,
    name: 'an SSH key as recipient',
    file: publishing({ recipients: ['ssh-ed25519 AAAAC3Nz'] }),
    code: 'PGR144',
    says: /SSH key/,
    remedy: /age-keygen/,
  },
  {
    number: 26,
    // Tar and plain are supported, as the hashes of the manifest make them safe; without these they are not.
    name: 'a plain dump without a manifest',
    file: restoring({}),
    arrange: at => at.write('found/shop.sql', 'SELECT 1;\n'),
    code: 'PGR171',
    says: /found is not a dump set: it has no manifest/,
    remedy: /dump step has made/,
  },
  {
    number: 27,
    name: 'a client that is older than the server',
    file: dumping({}, {}, { client: { path: 'tools' } }),
    arrange: clientOf('9.6.24'),
    code: 'PGR151',
    says: /the server is PostgreSQL \d+/,
    remedy: /client\.path/,
  },
  {
    number: 27,
    // An archive may be restored with it, with a warning; the text of a plain dump is executed by it.
    name: 'a client below the security floor for a plain dump',
    file: restoring({ as: { shop: 'copy' } }, { client: { path: 'tools' } }),
    arrange: async (at, bench) => {
      await clientOf('18.1')(at);
      await cp(bench.dumpSet('plain'), join(at.workspace, 'found'), { recursive: true });
    },
    code: 'PGR154',
    says: /may not execute the text of a plain dump: it is below 18\.6/,
    remedy: /update the installation/,
  },
  {
    number: 28,
    name: 'a target that is not empty',
    file: restoring({ as: { shop: 'filled' } }),
    arrange: found,
    code: 'PGR160',
    says: /"filled" is not empty: it has 1 object/,
    remedy: /overwrite: \[filled\]/,
  },
  {
    number: 28,
    name: 'a target that is the source',
    file: restoring({}),
    arrange: found,
    code: 'PGR161',
    says: /"shop" is the very database that was dumped/,
    remedy: /another name/,
  },
  {
    number: 28,
    name: 'a target that others use',
    file: restoring({ as: { shop: 'busy' }, overwrite: 'busy' }),
    arrange: found,
    code: 'PGR163',
    says: /"busy" is in use by 1 other session/,
    remedy: /disconnect/,
  },
  {
    number: 29,
    // Nothing is signed: who may have made an artifact is asked of GitHub, and what is in it of its hashes.
    name: 'an artifact of a run for a fork',
    file: fetching('{ repository: example/shop, run: 4711 }'),
    arrange: async (_, { service: { store } }) => {
      store.artifacts.clear();
      const kind = { run: 'run-1', job: 'job-1', name: 'customers', mimeType: 'application/x-tar' };
      addArtifact(store, { ...kind, expiresAt: undefined }).finished = true;
      store.runs.set('run-1', {
        id: 4711,
        conclusion: 'success',
        branch: 'main',
        path: '.github/workflows/backup.yml',
        headRepository: 'octo/shop',
      });
    },
    code: 'PGR170',
    says: /the artifact customers comes from .*octo\/shop/,
    remedy: /allow-foreign/,
  },
  {
    number: 29,
    // A bare archive of pg_dump is taken, with the rights of a role that can do nothing else.
    name: 'a folder without a manifest',
    file: restoring({}),
    arrange: at => at.write('found/shop.dir/toc.dat', 'PGDMP'),
    code: 'PGR171',
    says: /no manifest\.json/,
    remedy: /dump step has made/,
  },
  {
    number: 30,
    name: 'a filter that matches no table',
    file: dumping({ include: { table: ['public.customer', 'public.ordres'] } }),
    code: 'PGR180',
    says: /public\.ordres/,
    remedy: /spelling/,
  },
  {
    number: 30,
    name: 'filters that leave nothing',
    file: dumping({ exclude: { schema: ['*'] } }),
    code: 'PGR180',
    says: /leave nothing/,
    remedy: /exclude/,
  },
];
