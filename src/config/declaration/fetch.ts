import { located } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { integer, size, text } from '../schema/scalars.ts';
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
    folder: optional(located(path('the path of a folder')), 'Folder of the dump set that `publish` has made.'),
    from: optional(run, 'Another run than this one, which has the artifact. `{}` is enough for the latest.', {
      otherwise: 'this run',
    }),
    to: required(located(path('the path of a folder')), 'Folder of the dump set from here on.'),
    'max-size': defaulted(size(), '100GB', 'More than this is not fetched.', { aliases: ['max_size'] }),
    'allow-foreign': optional(
      text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
      'Why a dump of another repository, or of a run for a fork, may be trusted.',
      { aliases: ['allow_foreign'], otherwise: 'refused' },
    ),
  },
  {
    exactlyOne: [['artifact', 'folder']],
    conflicts: [
      ['folder', 'from'],
      ['folder', 'allow-foreign'],
    ],
    hints: { name: 'write artifact', into: 'write to', path: 'write to', branch: 'write from: { branch: … }' },
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
