import { levels } from '../../verify/finding.ts';
import { list, located } from '../schema/collections.ts';
import { given, notOneOf } from '../schema/combinations.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice, share, size, text } from '../schema/scalars.ts';
import { name, path } from './names.ts';
import { rename } from './rename.ts';
import { renames } from './restore.ts';
import { userCheckFields } from './user-checks.ts';

const otherwise = 'that of the nearest `restore` before';

const ignore = object({
  object: required(
    text({
      type: 'pattern',
      expects: 'an object as the report names it, with * for any run of characters',
      pattern: /^[^\p{Cc}]*[^\p{Cc}\s*][^\p{Cc}]*$/u,
    }),
    'Objects as the report names them, such as `INDEX app.users_created` or `app.orders`; `*` is any run of characters.',
  ),
  property: optional(
    text(),
    'Only differences of this property, as the report names it: `owner`, `definition`, `rows` …',
    {
      otherwise: 'all, and whole objects that are missing or extra',
    },
  ),
  check: optional(text(), 'Only differences in the check of this name: `objects`, `rows`, `content` …', {
    otherwise: 'in any check',
  }),
  reason: required(
    text({ expects: 'a reason of at least 10 characters, as text', minimumLength: 10 }),
    'Why the difference does not matter; the report shows it.',
  ),
});

const verify = object(
  {
    level: defaulted(
      choice(levels),
      'counts',
      'How deep it compares; each level includes those before it. `objects`: every definition, and what no dump holds. `counts`: also rows, sequences and large objects by number, and that every view can be read. `content`: also every row and large object.',
    ),
    'show-keys': defaulted(
      boolean(),
      false,
      'Whether reports show the values of keys of differing rows, which may be personal; else they are masked.',
    ),
    sample: optional(
      share(),
      'How much of each big table is compared at level `content`: ranges of its blocks, evenly spread from a random start. Any difference there has the whole table compared. The report says which rows were not looked at. Server 14 or newer; other dumps than archives are compared whole.',
      { otherwise: 'every row' },
    ),
    'sample-above': defaulted(size(), '1GB', 'Size in the source from which a table is compared by a sample.'),
    from: optional(located(path('the path of a folder')), 'Folder of the dump set.', { otherwise }),
    into: optional(located(name), 'Connection that holds the copy.', { otherwise }),
    databases: optional(list(name), 'Databases of the dump set to compare.', { otherwise: 'those of that `restore`' }),
    as: optional(located(renames), 'Names of the copies, by the names in the dump set.', {
      otherwise: 'those of that `restore`',
    }),
    rename: optional(located(rename), 'New names of schemas within the copies.', {
      otherwise: 'those of that `restore`',
    }),
    ...userCheckFields,
    complete: defaulted(
      boolean(),
      false,
      'Whether it fails where the dump, or the restore, leaves out anything of the source. It is told in any case.',
    ),
    ignore: optional(
      list(ignore),
      'Differences that are passed over, each with its reason. They are counted and listed in the report, and so is an entry that matches nothing.',
      { otherwise: 'none' },
    ),
  },
  {
    hints: { restore: 'write from and into', target: 'write into', on: 'write into' },
    combinations: [
      {
        of: { sample: given, level: notOneOf('content') },
        why: 'only the level content looks at rows',
        instead: 'write level: content, or remove sample',
      },
    ],
  },
);

export const verifyCase = {
  kind: verify,
  help: 'Proves that restored databases equal what was dumped.',
  example: '- verify: { level: counts }',
} satisfies Case<unknown>;
