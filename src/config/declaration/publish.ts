import { located } from '../schema/collections.ts';
import { absent, given } from '../schema/combinations.ts';
import { defaulted, optional } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, integer, size, text } from '../schema/scalars.ts';
import { decrypt, encrypt } from './encryption.ts';
import { name, newPath, path, publishedName } from './names.ts';

const artifactAlone = ['retention-days', 'overwrite', 'allow-public'] as const;

const publish = object(
  {
    from: optional(located(path('the path of a folder')), 'Folder of a dump set.', {
      otherwise: 'the `to` of the nearest `dump` or `fetch` before',
    }),
    artifact: optional(located(publishedName), 'Name of a workflow artifact to make of it.'),
    folder: optional(
      located(newPath('the path of a folder')),
      'Folder to copy it to; with `encrypt`, it holds the encrypted file.',
    ),
    storage: optional(located(name), 'Declared storage to put it into, under `name`.'),
    name: optional(located(publishedName), 'Its name in the storage. Those with {date} and {time} differ.'),
    encrypt: optional(encrypt, 'Who will be able to read it: it is encrypted in the format of age.', {
      otherwise: 'it is published as it is',
    }),
    'check-with': optional(
      decrypt,
      'What decrypts it: then all of it is decrypted again while it is written, and compared.',
      { aliases: ['check_with'], otherwise: 'nobody tries to decrypt it' },
    ),
    'part-size': defaulted(
      size(),
      '4GB',
      'A packed dump set that is larger is cut into files of this size, which `fetch` puts together again.',
      { aliases: ['part_size'] },
    ),
    'retention-days': optional(integer(1, 400), 'Days until the artifact is deleted.', {
      aliases: ['retention_days'],
      otherwise: "the repository's setting",
    }),
    overwrite: optional(
      boolean(),
      'Whether an artifact of this name that this run has made before is removed first, as when a job is run again.',
      { otherwise: '`false`' },
    ),
    'allow-public': optional(
      text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
      'Why anyone may download the unencrypted dump; needed for an artifact of a public repository.',
      { aliases: ['allow_public'], otherwise: 'refused' },
    ),
  },
  {
    exactlyOne: [['artifact', 'folder', 'storage']],
    needs: [
      ['storage', 'name'],
      ['name', 'storage'],
      ['check-with', 'encrypt'],
    ],
    conflicts: ['folder', 'storage'].flatMap(place => artifactAlone.map(key => [place, key] as const)),
    combinations: [
      {
        of: { 'allow-public': given, encrypt: given },
        why: 'what is encrypted needs no reason to be public',
        instead: 'remove allow-public',
      },
      {
        of: { folder: given, 'part-size': value => value !== 4e9, encrypt: absent },
        why: 'the copy of a dump set is not cut into parts',
        instead: 'remove part-size, or add encrypt',
      },
    ],
    hints: { to: 'write folder', path: 'write folder', s3: 'declare it under storages, and write storage' },
  },
);

const example = `- publish:
    artifact: staging-dump
    retention-days: 7
    encrypt: { recipients-file: backup-recipients.txt }`;

export const publishCase = {
  kind: publish,
  help: 'Puts a finished dump set where others find it.',
  example,
} satisfies Case<unknown>;
