import { located } from '../schema/collections.ts';
import { optional } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { integer, text } from '../schema/scalars.ts';
import { newPath, path, publishedName } from './names.ts';

const publish = object(
  {
    from: optional(located(path('the path of a folder')), 'Folder of a dump set.', {
      otherwise: 'the `to` of the nearest `dump` or `fetch` before',
    }),
    artifact: optional(located(publishedName), 'Name of a workflow artifact to make of it.'),
    folder: optional(located(newPath('the path of a folder')), 'Folder to copy it to.'),
    'retention-days': optional(integer(1, 400), 'Days until the artifact is deleted.', {
      aliases: ['retention_days'],
      otherwise: "the repository's setting",
    }),
    'allow-public': optional(
      text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
      'Why anyone may download the unencrypted dump; needed for an artifact of a public repository.',
      { aliases: ['allow_public'], otherwise: 'refused' },
    ),
  },
  {
    exactlyOne: [['artifact', 'folder']],
    conflicts: [
      ['folder', 'retention-days'],
      ['folder', 'allow-public'],
    ],
    hints: { name: 'write artifact', to: 'write folder', path: 'write folder' },
  },
);

const example = `- publish:
    artifact: staging-dump
    retention-days: 7`;

export const publishCase = {
  kind: publish,
  help: 'Copies a finished dump set to where others find it.',
  example,
} satisfies Case<unknown>;
