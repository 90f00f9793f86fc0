import { located } from '../schema/collections.ts';
import { absent, given } from '../schema/combinations.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice, integer, size, text } from '../schema/scalars.ts';
import { secretText } from '../schema/secret-text.ts';
import { decrypt } from './encryption.ts';
import { artifactName, name, path } from './names.ts';

/** `owner/name`, as GitHub writes it. */
export const repositoryName = text({
  type: '`OWNER/NAME`',
  expects: 'the name of a repository as OWNER/NAME',
  pattern: /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/,
});

const run = object(
  {
    branch: optional(name, 'Branch that the run was for.', { otherwise: "the repository's default branch" }),
    workflow: optional(
      text({
        type: 'file name',
        expects: 'the file name of a workflow, such as backup.yml',
        pattern: /^[^/\p{Cc}]+\.ya?ml$/u,
      }),
      'File name of its workflow.',
      { otherwise: 'any' },
    ),
    run: optional(integer(1, Number.MAX_SAFE_INTEGER), 'Id of that one run.', {
      otherwise: 'the latest one that succeeded and has the artifact',
    }),
    repository: optional(repositoryName, 'Repository of the run.', { otherwise: 'this one' }),
  },
  {
    conflicts: [
      ['run', 'branch'],
      ['run', 'workflow'],
    ],
    hints: { repo: 'write repository', 'run-id': 'write run', ref: 'write branch' },
  },
);

const fetch = object(
  {
    artifact: optional(artifactName, 'Name of the workflow artifact that `publish` has made.'),
    folder: optional(
      located(path('the path of a folder')),
      'Folder that `publish` has made; with `newest`, the folder that holds several.',
    ),
    storage: optional(located(name), 'Declared storage that holds it, under `name`.'),
    name: optional(artifactName, 'Its name in the storage.'),
    newest: optional(
      choice(['any', 'verified']),
      'Instead of its name: the newest dump set there is, or the newest of which it is on record that it was restored and compared.',
      { otherwise: 'the one that is named' },
    ),
    url: optional(
      located(secretText('PGR123')),
      'Address of a packed dump set, or of the index of one, by https or, on this machine and network, http.',
    ),
    sha256: optional(
      text({ type: 'SHA-256', expects: '64 hexadecimal digits', pattern: /^[0-9a-f]{64}$/ }),
      'SHA-256 of what the address leads to.',
      { otherwise: 'needs `allow-foreign`' },
    ),
    decrypt: optional(decrypt, 'What decrypts it. What is not encrypted is then refused.', {
      otherwise: 'it is not encrypted',
    }),
    from: optional(run, 'Another run than this one, which has the artifact. `{}` is enough for the latest.', {
      otherwise: 'this run',
    }),
    cache: optional(
      boolean(),
      "Whether GitHub's cache keeps what was fetched, as it is stored, for later runs: they fetch it from there. Pull requests, of forks too, can read that cache.",
      { otherwise: '`false`' },
    ),
    to: required(located(path('the path of a folder')), 'Folder of the dump set from here on.'),
    'max-size': defaulted(size(), '100GB', 'More than this is not fetched.', { aliases: ['max_size'] }),
    'allow-foreign': optional(
      text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
      'Why a dump of another repository, of a run for a fork, or of an address without `sha256`, may be trusted.',
      { aliases: ['allow_foreign'], otherwise: 'refused' },
    ),
  },
  {
    exactlyOne: [['artifact', 'folder', 'storage', 'url']],
    needs: [
      ['name', 'storage'],
      ['sha256', 'url'],
      ['from', 'artifact'],
    ],
    conflicts: [
      ['name', 'newest'],
      ['artifact', 'newest'],
      ['url', 'newest'],
      ['folder', 'allow-foreign'],
      ['storage', 'allow-foreign'],
      ['sha256', 'allow-foreign'],
      ['folder', 'cache'],
    ],
    combinations: [
      {
        of: { storage: given, name: absent, newest: absent },
        why: 'it is not said which dump set of the storage is meant',
        instead: 'add name, or newest: verified',
      },
      {
        of: { url: given, sha256: absent, 'allow-foreign': absent },
        why: 'anybody who can change what the address leads to could have you restore their dump',
        instead: 'add sha256, or write the reason for trust under allow-foreign',
      },
    ],
    hints: {
      into: 'write to',
      path: 'write to',
      branch: 'write from: { branch: … }',
      s3: 'declare it under storages, and write storage',
    },
  },
);

const example = `- fetch:
    artifact: staging-dump
    from: { branch: main, workflow: backup.yml }
    to: dumps/fetched`;

export const fetchCase = {
  kind: fetch,
  help: 'Brings a published dump set here. All else is planned from what it brings, so it comes before other steps.',
  example,
} satisfies Case<unknown>;
