import { describe, expect, test } from 'vitest';
import { describePlan } from '../../../src/plan/describe.ts';
import { dumpStep, manifest, planOf, restoreStep } from './contexts.ts';

const foresightOf = (given: Parameters<typeof planOf>[0]) => {
  const [dump] = planOf({ clients: ['18.6'], ...given }).steps;
  return dump?.kind === 'dump' ? dump.foresight : undefined;
};

describe('before a dump is made', () => {
  test('nothing is looked at where nobody restores it', () => {
    expect(foresightOf({ steps: [dumpStep()] })).toBeUndefined();
    const other = { '/srv/space/dumps/other': manifest(['own']) };
    expect(foresightOf({ steps: [dumpStep(), restoreStep({ from: 'dumps/other' })], dumpSets: other })).toBeUndefined();
  });

  test('the definitions are looked at where a server of another major takes them', () => {
    const steps = [
      dumpStep({ exclude: { schema: ['old'], table: [], 'table-data': [] } }),
      restoreStep({ as: { own: 'copy' } }),
    ];
    const found = foresightOf({ steps, source: 18, target: 14 });
    expect(found?.restores).toMatchObject([
      {
        connection: 'target',
        databases: [{ source: 'own', target: 'copy', overwrite: false }],
        taken: { privileges: 'keep', settings: 'keep' },
      },
    ]);
    expect(found?.definitions.map(({ database }) => database)).toEqual(['own']);
    expect(found?.definitions[0]?.command.arguments).toEqual(
      expect.arrayContaining(['--schema-only', '--format=custom', '--exclude-schema=old']),
    );
    expect(describePlan(planOf({ steps, clients: ['18.6'], source: 18, target: 14 }))).toContain(
      'look first for what target cannot hold, being of another major:',
    );
  });

  test('without what is about rows, which pg_dump takes not together', () => {
    const options = { 'schema-only': true, 'no-privileges': true } as const;
    const flags = { 'no-publications': true, 'on-conflict-do-nothing': true } as const;
    const found = foresightOf({ steps: [dumpStep({ options, flags }), restoreStep()], source: 18, target: 14 });
    const parameters = found?.definitions[0]?.command.arguments ?? [];
    expect(parameters.filter(one => one === '--schema-only')).toHaveLength(1);
    expect(parameters).toEqual(expect.arrayContaining(['--no-privileges', '--no-publications']));
    expect(parameters).not.toContain('--on-conflict-do-nothing');
  });

  test.each([
    ['the same major', { source: 18, target: 18 }, {}, {}],
    ['a list of entries', { source: 18, target: 14 }, {}, { 'use-list': 'list' }],
    ['a dump without definitions', { source: 18, target: 14 }, { options: { 'data-only': true } }, {}],
  ] as const)('only the locale is looked at with %s', (_, majors, dump, restore) => {
    const found = foresightOf({ steps: [dumpStep(dump), restoreStep({ ...restore, locale: 'C' })], ...majors });
    expect(found?.definitions).toEqual([]);
    expect(found?.restores).toMatchObject([{ locale: 'C', taken: undefined }]);
  });
});
