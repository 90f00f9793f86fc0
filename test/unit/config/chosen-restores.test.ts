import { expect, test } from 'vitest';
import { everything } from '../../../src/selection/selection.ts';
import { brief, parse, problemsOf, withSteps } from './declarations.ts';

const restore = (options: string) => withSteps(`  - restore: { from: out, into: target, ${options} }`);

/** The only step, which has to be a restore. */
function parsed(options: string) {
  const [step] = parse(restore(options)).steps;
  if (step?.kind !== 'restore') throw new Error('no restore');
  return step;
}

test('what is chosen, left out and deferred', () => {
  const step = parsed(
    'include: { schema: a, table: [b.c, d] }, exclude: { kind: [foreign-keys, comments], index: i, table_data: t }, defer: { kind: indexes }, extensions: present',
  );
  expect(step.selection).toEqual({
    include: { schema: ['a'], table: ['b.c', 'd'] },
    exclude: { ...everything.exclude, kind: ['foreign-keys', 'comments'], index: ['i'], 'table-data': ['t'] },
    defer: { index: [], kind: ['indexes'] },
    extensions: 'present',
  });
});

test('jobs of each section, and tablespaces by name', () => {
  const step = parsed('phases: separate, jobs: { data: 4, post-data: auto }, tablespaces: { old: new }');
  expect(step.jobs).toEqual({ 'pre-data': undefined, data: 4, 'post-data': 'auto' });
  expect(step.tablespaces).toEqual({ old: 'new' });
  expect(parsed('tablespaces: drop').tablespaces).toBe('drop');
});

test.each<[string, string]>([
  ['jobs: { data: 2 }', 'restore.jobs: each section can only have jobs of its own when it is restored on its own'],
  [
    'clean: x, section: [data, post-data]',
    'restore.clean: what is dropped would not be made again without its definitions',
  ],
  ['single-transaction: true, jobs: 2', 'restore.single-transaction: one transaction has one session, and so one job'],
  [
    'single-transaction: true, phases: separate',
    'restore.single-transaction: each phase is a run of pg_restore, and so a transaction of its own',
  ],
  [
    'single-transaction: true, defer: { kind: indexes }',
    'restore.single-transaction: what is deferred is made by a run of pg_restore of its own',
  ],
  [
    'single-transaction: true, tablespaces: { a: b }',
    'restore.single-transaction: tablespaces are mapped in separate phases, each a transaction of its own',
  ],
  [
    'disable-triggers: true',
    'restore.disable-triggers: pg_restore disables triggers only where rows alone are restored',
  ],
  [
    'disable-triggers: true, section: [data, pre-data]',
    'restore.disable-triggers: pg_restore disables triggers only where rows alone are restored',
  ],
  ['use-list: a.list, include: { table: b }', 'restore: use-list and include exclude each other'],
  ['use-list: a.list, exclude: { table: b }', 'restore: use-list and exclude exclude each other'],
  ['overwrite: [a, x], into-existing: [x, b]', 'restore: "x" is named under overwrite and under into-existing'],
  ['clean: x, into-existing: x', 'restore: "x" is named under clean and under into-existing'],
])('%s is refused', (options, problem) => {
  expect(problemsOf(() => parse(restore(options))).map(brief)).toEqual([expect.stringMatching(/^PGR150 6:\d+ /)]);
  expect(problemsOf(() => parse(restore(options)))[0]?.message).toBe(problem);
});

test.each<[string, string]>([
  ['exclude: { kind: tables }', 'restore.exclude.kind: expected one of comments, '],
  ['defer: { kind: comments }', 'restore.defer.kind: expected one of event-triggers, '],
  ['use-list: ../a.list', 'restore.use-list: the path leaves the workspace'],
  ['tablespaces: slow', 'restore.tablespaces: expected one of keep, drop'],
  ['no-tablespaces: true', 'restore: the key "no-tablespaces" is unknown'],
  ['into-existing: true', 'restore.into-existing: expected a name'],
])('%s is wrong', (options, problem) => {
  expect(problemsOf(() => parse(restore(options)))[0]?.message).toContain(problem);
});

test.each(['jobs: 2', 'section: data, disable-triggers: true', 'clean: x, phases: separate, defer: { index: i }'])(
  '%s is right',
  options => {
    expect(problemsOf(() => parse(restore(options)))).toEqual([]);
  },
);
