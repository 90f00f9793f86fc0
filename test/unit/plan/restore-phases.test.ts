import { describe, expect, test } from 'vitest';
import { inOneTransaction, restorePhases } from '../../../src/plan/restore-phases.ts';
import { everything } from '../../../src/selection/selection.ts';
import { refusalOf } from '../refusal.ts';
import { restoreStep } from './contexts.ts';

const deferring = { ...everything, defer: { index: ['i'], kind: [] } };

describe('phases', () => {
  test.each<[string, Parameters<typeof restoreStep>[0], readonly string[]]>([
    ['together', {}, ['all 4']],
    ['together with jobs', { jobs: 2 }, ['all 2']],
    [
      'separate with jobs of their own',
      { phases: 'separate', jobs: { data: 3 } },
      ['pre-data 4', 'data 3', 'post-data 4'],
    ],
    ['separate for tablespaces', { tablespaces: { a: 'b' } }, ['pre-data 4', 'data 4', 'post-data 4']],
    ['with what is deferred', { selection: deferring }, ['all 4', 'deferred 4']],
    [
      'with what is deferred, by the jobs of its section',
      { selection: deferring, phases: 'separate', jobs: { 'post-data': 2 } },
      ['pre-data 4', 'data 4', 'post-data 2', 'deferred 2'],
    ],
    ['with nothing to defer', { selection: deferring, section: ['pre-data', 'data'] }, ['pre-data and data 4']],
  ])('%s', (_name, changes, expected) => {
    const phases = restorePhases(restoreStep(changes), { cores: 4 }, false);
    expect(phases.map(({ name, jobs }) => `${name} ${jobs.value}`)).toEqual(expected);
  });

  test('one transaction has one job', () => {
    expect(restorePhases(restoreStep(), { cores: 4 }, true).map(({ jobs }) => jobs.value)).toEqual([1]);
  });
});

describe('one transaction', () => {
  const majors = { client: 15, server: 15 };

  test.each(['new', 'overwrite', 'clean', 'into-existing'] as const)('of a database that is %s', mode => {
    expect(inOneTransaction(restoreStep(), mode, majors)).toBe(mode === 'clean' || mode === 'into-existing');
    expect(inOneTransaction(restoreStep({ 'single-transaction': true }), mode, majors)).toBe(true);
    expect(inOneTransaction(restoreStep({ 'single-transaction': false }), mode, majors)).toBe(false);
  });

  test.each<Parameters<typeof restoreStep>[0]>([
    { jobs: 2 },
    { phases: 'separate' },
    { selection: deferring },
    { tablespaces: { a: 'b' } },
  ])('not with %j', changes => {
    expect(inOneTransaction(restoreStep(changes), 'clean', majors)).toBe(false);
  });

  test('that was asked for and cannot be had is refused', async () => {
    const asked = () =>
      inOneTransaction(restoreStep({ 'single-transaction': true }), 'new', { client: 17, server: 16 });
    expect((await refusalOf(asked))?.code).toBe('PGR150');
  });

  test.each([
    [17, 16, false],
    [18, 17, true],
    [16, 13, true],
  ])('client %i, server %i: %s', (client, server, expected) => {
    expect(inOneTransaction(restoreStep(), 'into-existing', { client, server })).toBe(expected);
  });
});
