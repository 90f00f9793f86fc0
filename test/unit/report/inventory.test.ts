import { expect, test } from 'vitest';
import { inventoryTables } from '../../../src/report/inventory.ts';
import type { StepReport, StepResult } from '../../../src/report/model.ts';
import { recoveryOf } from '../../../src/report/recovery.ts';
import type { Inventory } from '../../../src/verify/inventory.ts';

function step(result: StepResult | undefined, seconds = 1, status: StepReport['status'] = 'succeeded'): StepReport {
  return { title: 'step', status, seconds, problems: [], notes: [], result };
}

function verified(inventory: Inventory | undefined): StepReport {
  return step({
    kind: 'verify',
    level: 'counts',
    databases: [{ source: 'app', target: 'copy', checks: [], inventory }],
  });
}

const inventory: Inventory = {
  objects: [
    { schema: '', kind: 'others', source: 2, copy: 2 },
    { schema: 'app', kind: 'tables', source: 12, copy: 12 },
    { schema: 'shop', kind: 'tables', source: 1200, copy: 1199 },
    { schema: 'shop', kind: 'indexes', source: 3, copy: 0 },
  ],
  tables: [{ schema: 'shop', name: 'orders', source: 1000, copy: 999 }],
  analyzed: { seen: 11, filled: 12 },
};

test('objects are counted by schema and kind, what differs first', () => {
  const [objects, rows, ...others] = inventoryTables(verified(inventory));
  expect(others).toEqual([]);
  expect(objects?.title).toBe('copy, objects of source | copy; ANALYZE has seen 11 of 12 tables with rows');
  expect(objects?.columns.map(({ title }) => title)).toEqual(['schema', 'tables', 'indexes', 'others']);
  expect(objects?.rows).toEqual([
    ['shop', '1,200 | 1,199', '3 | 0', ''],
    ['(in no schema)', '', '', '2 | 2'],
    ['app', '12 | 12', '', ''],
  ]);
  expect(rows?.rows).toEqual([['shop.orders', '1,000', '999']]);
});

test('many schemas are cut, and what is not known is not told', () => {
  const objects = Array.from({ length: 20 }, (_, index) => ({
    schema: `s${String(index).padStart(2, '0')}`,
    kind: 'tables' as const,
    source: 1,
    copy: index === 19 ? 2 : 1,
  }));
  const [table, ...others] = inventoryTables(
    verified({ objects, tables: [{ schema: 's', name: 't', source: 1, copy: undefined }], analyzed: undefined }),
  );
  expect(others).toEqual([]);
  expect(table?.rows).toHaveLength(16);
  expect(table?.rows[0]).toEqual(['s19', '1 | 2']);
  expect(table?.rows.at(-1)).toEqual(['… and 5 more in report.json']);
  expect(inventoryTables(verified(undefined))).toEqual([]);
});

const restore = (from: string) => ({ kind: 'restore', from, databases: [] }) as unknown as StepResult;
const dump = { kind: 'dump', path: 'own', databases: [] } as unknown as StepResult;
const verify = { kind: 'verify', level: 'counts', databases: [] } as const satisfies StepResult;

test.each([
  [
    'from the start of the run to the copy and to its proof',
    [step(restore('x'), 5), step(verify, 2), step({ kind: 'sql' }, 1)],
    10,
    { usableAfterSeconds: 7, provenAfterSeconds: 9 },
  ],
  ['without a proof', [step(restore('x'), 5)], 10, { usableAfterSeconds: 10, provenAfterSeconds: undefined }],
  [
    'with a proof that failed',
    [step(restore('x'), 5), step(verify, 2, 'failed')],
    8,
    { usableAfterSeconds: 6, provenAfterSeconds: undefined },
  ],
  ['not of what the run dumped itself', [step(dump), step(restore('own'))], 10, undefined],
  ['not without a restore', [step(verify)], 10, undefined],
])('the recovery time is measured: %s', (_, steps, seconds, expected) => {
  expect(recoveryOf(steps, seconds)).toEqual(expected);
});
