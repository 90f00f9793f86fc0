import { describe, expect, test } from 'vitest';
import { nameInPattern, parsePattern, parseSimplePattern } from '../../../src/postgres/pattern.ts';

describe('a pattern for tables', () => {
  test.each<readonly [string, string | undefined, string]>([
    ['film', undefined, '^(film)$'],
    ['FILM', undefined, '^(film)$'],
    ['"FILM"', undefined, '^(FILM)$'],
    ['public.film', '^(public)$', '^(film)$'],
    ['Public.Film_*', '^(public)$', '^(film_.*)$'],
    ['*.*', '^(.*)$', '^(.*)$'],
    ['a?.b', '^(a.)$', '^(b)$'],
    ['"a.b".c', '^(a\\.b)$', '^(c)$'],
    ['a."b.c"', '^(a)$', '^(b\\.c)$'],
    ['"it""s"', undefined, '^(it"s)$'],
    ['"*?$"', undefined, '^(\\*\\?\\$)$'],
    ['pay$', undefined, '^(pay\\$)$'],
    ['a|b', undefined, '^(a|b)$'],
    ['[ab]_(x|y)+', undefined, '^([ab]_(x|y)+)$'],
    ['a[]', undefined, '^(a\\[])$'],
    ['"half', undefined, '^(half)$'],
    ['fo"O b"AR', undefined, '^(foO bar)$'],
    ['ÄÖ', undefined, '^(ÄÖ)$'],
    ['db.a.b', '^(a)$', '^(b)$'],
    ['', undefined, '^()$'],
  ])('%s', (pattern, schema, name) => {
    expect(parsePattern(pattern)).toEqual({ schema, name });
  });
});

test.each([
  ['app', '^(app)$'],
  ['App_*', '^(app_.*)$'],
  ['"App"', '^(App)$'],
  ['a.b', '^(a\\.b)$'],
  ['"a.b"', '^(a\\.b)$'],
])('a pattern for databases, in which a dot is a dot: %s', (pattern, expression) => {
  expect(parseSimplePattern(pattern)).toBe(expression);
});

test.each([
  ['app', 'app'],
  ['App.Copy', 'app.copy'],
  ['"App ""1"" *"', 'App "1" *'],
  ['pay$', 'pay$'],
  ['app_*', undefined],
  ['ap?', undefined],
  ['a|b', undefined],
  ['[ab]', undefined],
  ['a\\d', undefined],
])('the one name that a pattern stands for: %s', (pattern, name) => {
  expect(nameInPattern(pattern)).toBe(name);
});
