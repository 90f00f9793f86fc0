import { expect, test } from 'vitest';
import { inRange, whyWhole } from '../../../../src/verify/content/in-ranges.ts';

const table = { schema: 'app', name: 't', members: [], columns: '(id)', predicate: undefined, partitioned: false };

test.each([
  [13, {}, expect.stringMatching(/server of major 13/)],
  [14, {}, undefined],
  [18, {}, undefined],
  [18, { partitioned: true }, expect.stringMatching(/any partition/)],
  [18, { predicate: 'WHERE id > 5' }, expect.stringMatching(/only some of its rows/)],
])('on server %i, a table with %o', (major, more, reason) => {
  expect(whyWhole({ ...table, ...more }, { serverVersion: { major, minor: 1, text: '' } })).toEqual(reason);
});

test.each([
  [{ from: 0, to: 8 }, "ctid >= '(0,0)'::tid and ctid < '(8,0)'::tid"],
  [{ from: 8, to: undefined }, "ctid >= '(8,0)'::tid"],
])('the condition for %o', (range, condition) => {
  expect(inRange(range)).toBe(condition);
});
