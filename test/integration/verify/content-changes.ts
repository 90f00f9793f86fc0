import type { Change } from './changes.ts';

const rows = (table: string, sql: string, ...more: readonly string[]): Change => ({
  sql,
  findings: [`changed TABLE DATA ${table}: rows`, ...more],
});

/** Changes that only the level `content` sees: the same number of rows, other values. */
export const contentChanges: readonly Change[] = [
  rows('app.users', "UPDATE app.users SET email = 'x' WHERE id = 77", 'changed ROW app.users (id) = (…): email'),
  rows('app.users', "UPDATE app.users SET email = NULL WHERE email = 'u7'", 'changed ROW app.users (id) = (…): email'),
  rows(
    'app.users',
    "UPDATE app.users SET email = '' WHERE email IS NULL AND id < 4",
    'changed ROW app.users (id) = (…): email',
  ),
  rows(
    'app.users',
    "UPDATE app.users SET name = CASE id WHEN 1 THEN 'user 2' ELSE 'user 1' END WHERE id < 3",
    'changed ROW app.users (id) = (…): name',
    'changed ROW app.users (id) = (…): name',
  ),
  rows('app.users', "UPDATE app.users SET mood = 'sad' WHERE id = 5", 'changed ROW app.users (id) = (…): mood'),
  rows(
    'app.users',
    "UPDATE app.users SET created = created + interval '1 microsecond' WHERE id = 5",
    'changed ROW app.users (id) = (…): created',
  ),
  rows(
    'app.orders',
    'UPDATE app.orders SET id = 99999 WHERE id = 100',
    'missing ROW app.orders (id) = (1…[3])',
    'extra ROW app.orders (id) = (9…[5])',
  ),
  rows(
    'app.cache',
    "UPDATE app.cache SET value = '\\x00fe' WHERE key = '7'",
    'changed ROW app.cache (key) = (…): value',
  ),
  rows(
    'app.child',
    "UPDATE app.child SET extra = 'z' WHERE id = 2",
    'missing ROW app.child without a key: (…, …)',
    'extra ROW app.child without a key: (…, …)',
  ),
  rows(
    'app.events_rest',
    'UPDATE app.events SET id = -1 WHERE id = 300',
    'missing ROW app.events_rest without a key: (3…[3], 2…[22])',
    'extra ROW app.events_rest without a key: (…, 2…[22])',
  ),
  rows('app.goods', "UPDATE app.goods SET place.zip = 'x' WHERE id = 10", 'changed ROW app.goods (id) = (…): place'),
  rows(
    'app.goods',
    "UPDATE app.goods SET labels = '{a,NULL}' WHERE id = 10",
    'changed ROW app.goods (id) = (…): labels',
  ),
  rows(
    'app.goods',
    "UPDATE app.goods SET during = daterange(lower(during), upper(during), '[]') WHERE id = 10",
    'changed ROW app.goods (id) = (…): during',
  ),
  rows(
    'app.readings_b',
    'UPDATE app.readings SET v = 0 WHERE v = 3',
    'missing ROW app.readings_b without a key: (…, …)',
    'extra ROW app.readings_b without a key: (…, …)',
  ),
  { sql: "SELECT lo_put(5001, 0, 'F')", findings: ['changed LARGE OBJECT 5001: content'] },
  { sql: "SELECT lo_put(5002, 6, '!')", findings: ['changed LARGE OBJECT 5002: content'] },
];
