import { expect, it } from 'vitest';
import { objectEntries } from '../../../../src/postgres/archive/object-entries.ts';
import { entryOf } from './entries.ts';

it.each([
  ['TABLE', 'item', true],
  ['DATABASE', 'shop', true],
  ['DATABASE PROPERTIES', 'shop', true],
  ['SEQUENCE', 'counter', true],
  ['MATERIALIZED VIEW', 'totals', true],
  ['COMMENT', 'TABLE item', true],
  ['ACL', 'TABLE "LARGE OBJECT 1"', true],
  ['TABLE', 'LARGE OBJECT 1', true],
  ['TABLE DATA', 'item', false],
  ['MATERIALIZED VIEW DATA', 'totals', false],
  ['SEQUENCE SET', 'counter', false],
  ['BLOB', '16400', false],
  ['BLOBS', 'BLOBS', false],
  ['BLOB METADATA', '1..9', false],
  ['STATISTICS DATA', 'item', false],
  ['ENCODING', 'ENCODING', false],
  ['STDSTRINGS', 'STDSTRINGS', false],
  ['SEARCHPATH', 'SEARCHPATH', false],
  ['<Init>', 'Max OID', false],
  ['COMMENT', 'LARGE OBJECT 16400', false],
  ['SECURITY LABEL', 'LARGE OBJECT 16400', false],
  ['ACL', 'LARGE OBJECT 16400', false],
  ['ACL', 'LARGE OBJECTS 16400..16409', false],
])('%s %s describes an object: %s', (description, tag, isObject) => {
  expect(objectEntries([entryOf({ description, tag })])).toHaveLength(isObject ? 1 : 0);
});
