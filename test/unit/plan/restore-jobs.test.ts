import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/dumpset/manifest.ts';
import { everything } from '../../../src/selection/selection.ts';
import { dumpStep, lastStep, manifest, restoreStep, type World, workspace } from './contexts.ts';

const small = 'jobs 1: 2,000 tables of 20.0 kB on average; each costs several jobs more than they gain';
const usual = 'jobs 4: one for each core';

/** The restore that ends a plan, into a server on this machine, and what it says of jobs. */
function restored(world: World) {
  const step = lastStep('restore', { targetHost: 'localhost', ...world });
  return { step, notes: step.notes.filter(note => /(?:^|: )jobs \d/.test(note)) };
}

const argumentsOf = ({ step }: ReturnType<typeof restored>) =>
  step.databases.map(({ phases }) => phases.map(({ command }) => command.arguments.join(' ')).join());

describe('of a dump of the same run', () => {
  const sizes = { tables: 2_000, bytes: 2_000 * 20_000 };
  const aSchema = { schema: ['x'], table: [], 'table-data': [] };
  const aPart = { ...everything, extensions: 'present' } as const;

  test.each<[string, World, string]>([
    ['many small tables', { steps: [dumpStep(), restoreStep()], sizes }, small],
    ['on a server elsewhere', { steps: [dumpStep(), restoreStep()], sizes, targetHost: 'db.example.com' }, usual],
    ['not known', { steps: [dumpStep(), restoreStep()] }, usual],
    ['of another database', { steps: [dumpStep({ databases: ['other'] }), restoreStep()], sizes }, usual],
    ['dumped in part', { steps: [dumpStep({ exclude: aSchema }), restoreStep()], sizes }, usual],
    ['restored in part', { steps: [dumpStep(), restoreStep({ selection: aPart })], sizes }, usual],
    ['as asked', { steps: [dumpStep(), restoreStep({ jobs: 3 })], sizes }, 'jobs 3, as asked'],
  ])('%s', (_name, world, expected) => {
    expect(restored({ matches: { other: ['other'] }, ...world }).notes).toEqual([expected]);
  });

  test('the dump keeps its jobs, and the analysis too', () => {
    const steps = [dumpStep(), restoreStep({ analyze: true })];
    expect(lastStep('dump', { steps: [dumpStep()], sizes }).options.jobs).toBe(4);
    expect(restored({ steps, sizes }).step).toMatchObject({ options: { jobs: 1 }, analyzeJobs: 4 });
  });

  test('one job leaves index builds their workers', () => {
    const world = { steps: [dumpStep(), restoreStep()] };
    expect(argumentsOf(restored(world))).toEqual([expect.stringMatching(/workers=0.* --jobs=4 /)]);
    expect(argumentsOf(restored({ ...world, sizes }))).toEqual([expect.not.stringContaining('workers=0')]);
  });

  test('whether all is in one transaction is as before', () => {
    const steps = [dumpStep(), restoreStep({ clean: ['own'] })];
    for (const world of [{ steps }, { steps, sizes }])
      expect(argumentsOf(restored(world))).toEqual([expect.stringContaining('--single-transaction')]);
  });
});

describe('of a dump set that exists', () => {
  /** Numbers of tables, and bytes of each, by database. */
  const dumpSet = (databases: Readonly<Record<string, readonly [count: number, bytes: number]>>): Manifest => {
    const made = manifest(Object.keys(databases));
    const tablesOf = (name: string) => {
      const [count, bytes] = databases[name] ?? [0, 0];
      return Array.from({ length: count }, (_, n) => ({ schema: 'public', name: `t${n}`, rows: 1, bytes }));
    };
    return { ...made, databases: made.databases.map(one => ({ ...one, tables: tablesOf(one.name) })) };
  };
  const restoreOf = (made: Manifest) =>
    restored({ steps: [restoreStep()], dumpSets: { [`${workspace}/dumps/it`]: made } });
  const many = dumpSet({ app: [2_000, 20_000] });

  test('many small tables', () => {
    expect(restoreOf(many).notes).toEqual([small]);
  });

  test('large objects count', () => {
    const databases = many.databases.map(one => ({ ...one, bytes: 1e9 }));
    expect(restoreOf({ ...many, databases }).notes).toEqual([usual]);
  });

  test('an archive that was not made here does not tell', () => {
    const databases = many.databases.map(one => ({
      ...one,
      tables: one.tables.map(table => ({ ...table, bytes: 0 })),
    }));
    expect(restoreOf({ ...many, databases, elsewhere: { insertsRows: false } }).notes).toEqual([usual]);
  });

  test('each database has jobs of its own', () => {
    const both = restoreOf(dumpSet({ app: [2_000, 20_000], big: [3, 1e9] }));
    expect(both.notes).toEqual([`"app": ${small}`, `"big": ${usual}`]);
    expect(argumentsOf(both)).toEqual([expect.stringContaining('--jobs=1 '), expect.stringContaining('--jobs=4 ')]);
    expect(both.step.options.jobs).toBe(4);
  });
});

test('each section has jobs of its own, and the most of them are what the server must have connections for', () => {
  const jobs = { 'pre-data': 1, data: 4, 'post-data': 2 } as const;
  const { step } = restored({ steps: [dumpStep(), restoreStep({ jobs, phases: 'separate' })] });
  expect(step.databases[0]?.phases.map(({ name }) => name)).toEqual(['pre-data', 'data', 'post-data']);
  expect(step.options.jobs).toBe(4);
});
