import { describe, expect, test } from 'vitest';
import { columnList, columnNames, copyStatement } from '../../../../src/verify/content/copy-statement.ts';

describe('the column list of a COPY statement', () => {
  test.each([
    ['COPY app.users (id, name) FROM stdin;\n', '(id, name)'],
    ['COPY users (id) FROM stdin;\n', '(id)'],
    ['COPY app.none  FROM stdin;\n', ''],
    ['COPY app.none FROM stdin;\n', ''],
    ['COPY "a.b ""(c) FROM stdin;"."d (x) " ("e ) FROM stdin;", f) FROM stdin;\n', '("e ) FROM stdin;", f)'],
    ['COPY app.users (id) FROM program;\n', undefined],
    ['INSERT INTO app.users VALUES (1);', undefined],
    ['COPY app.users (id) TO stdout;\n', undefined],
    ['COPY app.users (id) FROM stdin; drop table x; --\n', undefined],
  ])('%s', (statement, list) => {
    expect(columnList(statement)).toBe(list);
  });

  test.each([
    ['(id, name)', ['id', 'name']],
    ['("a, b", "c ""d""", e)', ['a, b', 'c "d"', 'e']],
    ['', []],
  ])('names in %s', (list, names) => {
    expect(columnNames(list)).toEqual(names);
  });
});

test.each([
  [{ schema: 'app', name: 'u"x', columns: '(id, "n""m")' }, 'copy "app"."u""x" (id, "n""m") to stdout'],
  [{ schema: 'app', name: 'none', columns: '' }, 'copy "app"."none"  to stdout'],
  [
    { schema: 'app', name: 'conf', columns: '(id)', predicate: 'WHERE id > 5 -- own' },
    'copy (select id from only "app"."conf"\nWHERE id > 5 -- own\n) to stdout',
  ],
  [{ schema: 'app', name: 'root', columns: '(id)', partitioned: true }, 'copy (select id from "app"."root") to stdout'],
])('the statement for %o', (table, statement) => {
  expect(copyStatement(table)).toBe(statement);
});
