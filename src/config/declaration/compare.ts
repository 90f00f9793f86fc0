import { levels } from '../../verify/finding.ts';
import { located } from '../schema/collections.ts';
import { defaulted, optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { boolean, choice } from '../schema/scalars.ts';
import { name } from './names.ts';

const otherwise = "the connection's own";

const compare = object(
  {
    source: required(located(name), 'Connection that holds the original.'),
    target: required(located(name), 'Connection that holds what should equal it.'),
    database: optional(name, 'Database of the original.', { otherwise }),
    as: optional(name, 'Name of the copy.', { otherwise }),
    level: defaulted(choice(levels), 'content', 'How deep it compares; each level includes those before it.'),
    'show-keys': defaulted(boolean(), false, 'Whether reports show the values of keys of differing rows.'),
  },
  { hints: { from: 'write source', into: 'write target', databases: 'write database and as' } },
);

export const compareCase = {
  kind: compare,
  help: 'Compares two databases, however the second one was filled: by replication, or by another tool. Both should be at rest.',
  example: `- compare:
    source: production
    target: replica`,
} satisfies Case<unknown>;
