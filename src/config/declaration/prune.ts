import { located } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, integer, text } from '../schema/scalars.ts';
import { name, path } from './names.ts';

const count = integer(1, 10_000);
const otherwise = 'none';

const keep = object(
  {
    last: optional(count, 'How many of the newest.', { otherwise }),
    daily: optional(count, 'Of how many days (in UTC) one each.', { otherwise }),
    weekly: optional(count, 'Of how many weeks, from Monday on, one each.', { otherwise }),
    monthly: optional(count, 'Of how many months one each.', { otherwise }),
    yearly: optional(count, 'Of how many years one each.', { otherwise }),
  },
  { atLeastOne: [['last', 'daily', 'weekly', 'monthly', 'yearly']] },
);

const prune = object(
  {
    folder: optional(
      located(path('the path of a folder')),
      'Folder that holds the dump sets, each in a folder of its own.',
    ),
    storage: optional(located(name), 'Declared storage that holds the dump sets.'),
    artifact: optional(
      text({
        type: 'pattern',
        expects: 'names of artifacts as a pattern with *, such as nightly-*',
        pattern: /^[^"<>|?:\\/\p{Cc}]+$/u,
        code: 'PGR132',
      }),
      'Names of workflow artifacts of this repository, as a pattern with `*`.',
    ),
    keep: required(keep, 'What is kept. Days, weeks, months and years without a dump set do not count.'),
    minimum: defaulted(
      integer(0, 10_000),
      1,
      'How many verified dump sets are left at least. With `0`, nothing needs to be verified.',
    ),
    'dry-run': defaulted(boolean(), true, 'Whether it only says what it would delete.', { aliases: ['dry_run'] }),
  },
  {
    exactlyOne: [['folder', 'storage', 'artifact']],
    hints: {
      last: 'write keep: { last: … }',
      daily: 'write keep: { daily: … }',
      path: 'write folder',
      from: 'write folder',
    },
  },
);

const example = `- prune:
    folder: backups
    keep: { last: 3, daily: 7, weekly: 4, monthly: 6, yearly: 1 }
    dry-run: false`;

export const pruneCase = {
  kind: prune,
  help: 'Deletes old dump sets. Broken and unknown ones are named and left alone.',
  example,
} satisfies Case<unknown>;
