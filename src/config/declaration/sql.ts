import { located } from '../schema/collections.ts';
import { optional, required } from '../schema/fields.ts';
import type { Case } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { text } from '../schema/scalars.ts';
import { name, path } from './names.ts';

const sql = object(
  {
    on: required(located(name), 'Connection to run on.'),
    database: optional(name, 'Database to run in.', { otherwise: "the connection's own" }),
    run: optional(
      text({ type: 'text of several lines', lines: 'many', expects: 'SQL statements' }),
      'SQL statements; variables are replaced as text.',
    ),
    file: optional(path('the path of a file'), 'File with SQL statements; nothing in it is replaced.'),
  },
  {
    exactlyOne: [['run', 'file']],
    hints: { sql: 'write run', statement: 'write run', query: 'write run', into: 'write on', from: 'write on' },
  },
);

const example = `- sql:
    on: scratch
    database: app_copy
    run: update customer set email = 'nobody@example.com'`;

export const sqlCase = { kind: sql, help: 'Runs SQL statements.', example } satisfies Case<unknown>;
