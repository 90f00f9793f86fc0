import { levels } from '../../verify/finding.ts';
import { list, located } from '../schema/collections.ts';
import { defaulted, optional } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice } from '../schema/scalars.ts';
import { name, path } from './names.ts';
import { rename } from './rename.ts';
import { renames } from './restore.ts';

const otherwise = 'that of the nearest `restore` before';

const verify = object(
  {
    level: defaulted(choice(levels), 'counts', 'How deep it compares; each level includes those before it.'),
    'show-keys': defaulted(
      boolean(),
      false,
      'Whether reports show the values of keys of differing rows, which may be personal; else they are masked.',
    ),
    from: optional(located(path('the path of a folder')), 'Folder of the dump set.', { otherwise }),
    into: optional(located(name), 'Connection that holds the copy.', { otherwise }),
    databases: optional(list(name), 'Databases of the dump set to compare.', { otherwise: 'those of that `restore`' }),
    as: optional(located(renames), 'Names of the copies, by the names in the dump set.', {
      otherwise: 'those of that `restore`',
    }),
    rename: optional(located(rename), 'New names of schemas within the copies.', {
      otherwise: 'those of that `restore`',
    }),
  },
  { hints: { restore: 'write from and into', target: 'write into', on: 'write into' } },
);

export const verifyCase = {
  kind: verify,
  help: 'Proves that restored databases equal what was dumped.',
  example: '- verify: { level: counts }',
} satisfies Case<unknown>;
