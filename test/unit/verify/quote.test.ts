import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../../../src/postgres/quote.ts';

describe('quoting', () => {
  it.each([
    ['users', '"users"'],
    ['User', '"User"'],
    ['a"b', '"a""b"'],
    ['a\\b', '"a\\b"'],
    ['"; DROP TABLE x; --', '"""; DROP TABLE x; --"'],
    ['', '""'],
  ])('identifier %j', (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted);
  });

  it.each([
    ['users', "'users'"],
    ["it's", "'it''s'"],
    ['a\\b', " E'a\\\\b'"],
    ["\\'", " E'\\\\'''"],
    ['', "''"],
  ])('literal %j', (value, quoted) => {
    expect(quoteLiteral(value)).toBe(quoted);
  });

  it('qualifies a name by its schema', () => {
    expect(quoteQualified('a.b', 'c"')).toBe('"a.b"."c"""');
  });
});
