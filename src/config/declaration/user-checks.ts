import { list, located } from '../schema/collections.ts';
import { optional, required } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { boolean, choice, text } from '../schema/scalars.ts';
import { expectation } from './expectation.ts';
import { name, path } from './names.ts';

const check = object(
  {
    name: required(text(), 'Name in the report.'),
    sql: required(
      text({ lines: 'many', expects: 'a query, as text' }),
      'One query (`SELECT`, `WITH`, `VALUES`). It runs in a transaction that can only read, within `timeouts.stall` and `timeouts.lock`, with the search path of the database. What it gives is shown in the report.',
    ),
    on: optional(
      choice(['source', 'target', 'both']),
      'Which database is asked. The source is asked while the step runs, so it may have moved on since the dump.',
      { otherwise: '`target`, or `both` with `equal: source`' },
    ),
    expect: optional(
      expectation,
      'What it has to give: one value (`42`); a comparison (`">= 100"`, `{ min: 1, max: 9 }`); a list of rows in any order (`[[1, a], [2, b]]`, `[]` for none); or the same rows as in the source, in any order (`{ equal: source }`). `tolerance` lets numbers differ; rows are then paired in the order of the query.',
      { otherwise: 'with `on: both` the same rows on both sides, else it is missing' },
    ),
    database: optional(name, 'Database of the dump set that it is about.', { otherwise: 'each that is compared' }),
  },
  { hints: { query: 'write sql', run: 'write sql', equals: 'write expect', value: 'write expect' } },
);

/** The keys of `verify` by which a file adds checks of its own. */
export const userCheckFields = {
  checks: optional(located(list(located(check))), 'Queries of your own, with what they have to give.', {
    otherwise: 'none',
  }),
  pgtap: optional(
    list(path('the path of a file')),
    'Files of tests that use pgTAP, run in the copy, each in a transaction that is rolled back. They are SQL without commands of psql.',
    { otherwise: 'none' },
  ),
  'foreign-keys': optional(
    boolean(),
    'Whether rows without the row that their foreign key refers to are looked for. Constraints that are `NOT VALID` are left out.',
    { otherwise: 'from the level `counts` on, where the restore had `disable-triggers`' },
  ),
  source: optional(located(name), 'Connection of the live source, which checks ask.', {
    otherwise: 'that of the `dump` step before that makes the dump set',
  }),
} as const;
