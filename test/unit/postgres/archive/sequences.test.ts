import { describe, expect, it } from 'vitest';
import { sequencePositions } from '../../../../src/postgres/archive/sequences.ts';
import { tableDataEntries } from '../../../../src/postgres/archive/table-data.ts';
import { entryOf } from './entries.ts';

const setval = (definition: string | undefined, tag = 'counter') =>
  sequencePositions([entryOf({}), entryOf({ description: 'SEQUENCE SET', tag, definition })]);

describe('sequencePositions', () => {
  it.each([
    ['plain', "SELECT pg_catalog.setval('app.counter', 42, true);\n", '42', true],
    ['not called', "SELECT pg_catalog.setval('app.counter', 1, false);\n", '1', false],
    ['negative', "SELECT pg_catalog.setval('app.counter', -9, true);\n", '-9', true],
    [
      'beyond 2⁵³',
      "SELECT pg_catalog.setval('app.counter', 9223372036854775807, true);\n",
      '9223372036854775807',
      true,
    ],
    ['quoted', `SELECT pg_catalog.setval('app."My ""seq"" o''clock"', 7, true);\n`, '7', true],
    ['with backslash', `SELECT pg_catalog.setval(E'app."a\\\\b"', 7, true);\n`, '7', true],
    ['like the end of the call', `SELECT pg_catalog.setval('app."x'', 1, false);"', 7, true);\n`, '7', true],
    ['with a line break', `SELECT pg_catalog.setval('app."x\ny"', 7, true);\n`, '7', true],
  ])('reads a name that is %s', (_, definition, lastValue, isCalled) => {
    expect(setval(definition, 'any "tag"')).toEqual([{ schema: 'app', name: 'any "tag"', lastValue, isCalled }]);
  });

  it.each([
    undefined,
    '',
    "SELECT pg_catalog.setval('app.counter', 4x, true);",
    "SELECT pg_catalog.setval('app.counter', 42, maybe);",
    "SELECT pg_catalog.setval('app.counter', 42, true); DROP TABLE x;",
    "SELECT setval('app.counter', 42, true);",
  ])('refuses %s', definition => {
    expect(() => setval(definition)).toThrow(/^PGR302 entry 1 of the archive is a SEQUENCE SET/);
  });
});

describe('tableDataEntries', () => {
  it('gives the table by namespace and tag, not by its statements', () => {
    const copyStatement = 'COPY app.root (id) FROM stdin;\n';
    const data = entryOf({ description: 'TABLE DATA', tag: 'part one', copyStatement });
    expect(tableDataEntries([entryOf({}), data])).toEqual([{ schema: 'app', name: 'part one' }]);
  });

  it('refuses a table without a schema', () => {
    const data = entryOf({ dumpId: 9, description: 'TABLE DATA', namespace: undefined });
    expect(() => tableDataEntries([data])).toThrow('PGR302 entry 9 of the archive, TABLE DATA, names no schema');
  });
});
