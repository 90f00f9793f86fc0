import { describe, expect, test } from 'vitest';
import { type JudgedStep, provenDatabases } from '../../../src/report/claims.ts';
import { judge } from '../../../src/report/verdict.ts';
import { check, dump, missing, publish, restore, sql, step, verify } from './reports.ts';

const app: readonly [string, string] = ['app', 'app_copy'];
const billing: readonly [string, string] = ['billing', 'billing_copy'];
const skipped = [check('rows', { verdict: 'skipped', note: 'not asked for' })];
const atLevel = (level: string, checks = [check('objects')]) =>
  step('verify', { kind: 'verify', level, databases: [{ source: 'app', target: 'app_copy', checks }] });
const sampled = [
  { table: 'app.events', rows: 1_000, of: 90_000 },
  { table: 'app.log', rows: 500, of: 10_000 },
];
const bySample = atLevel('content', [check('objects'), check('content', { sampled })]);

describe('passed: nothing is in doubt', () => {
  test.each<[string, readonly JudgedStep[], string]>([
    [
      'dump, restore, verify',
      [dump(), restore(), verify()],
      'app was dumped, restored and compared: every object and every row count agrees.',
    ],
    [
      'several databases',
      [dump(['app', 'billing']), restore([app, billing]), verify([app, billing])],
      'app and billing were dumped, restored and compared: every object and every row count agrees.',
    ],
    [
      'objects only',
      [dump(), restore(), atLevel('objects')],
      'app was dumped, restored and compared: every object agrees (rows were not compared).',
    ],
    [
      'the shallowest level is told',
      [dump(), restore(), verify(), restore(), atLevel('objects')],
      'app was dumped, restored and compared: every object agrees (rows were not compared).',
    ],
    [
      'the level content',
      [restore(), atLevel('content')],
      'app_copy was restored and compared: every object and every row agrees.',
    ],
    [
      'a sample: no more is said than was looked at',
      [restore(), bySample],
      'app_copy was restored and compared: every object and every row that was looked at agrees (a sample of 1,500 of 100,000 rows in app.events and app.log; all of the other tables).',
    ],
    [
      'one check skipped, one passed',
      [dump(), restore(), verify(undefined, [...skipped, check('objects')])],
      'app was dumped',
    ],
    [
      'a dump without rows',
      [dump(), restore(), verify(undefined, [...skipped, check('objects')])],
      'app was dumped, restored and compared: every object agrees (there were no rows to compare).',
    ],
    [
      'a dump without definitions',
      [dump(), restore(), verify(undefined, [check('objects', { verdict: 'skipped', note: 'none' }), check('rows')])],
      'app was dumped, restored and compared: every row count agrees (there were no definitions to compare).',
    ],
    ['verify alone', [verify()], 'app_copy was compared: every object and every row count agrees.'],
    [
      'a dump set from elsewhere, published after its proof',
      [
        restore(undefined, { from: 'old' }),
        verify(undefined, undefined, { from: 'old' }),
        publish('x', { from: 'old' }),
      ],
      'app_copy was restored and compared',
    ],
    ['publish after the dump', [dump(), publish(), restore(), verify()], 'app was dumped, restored and compared'],
    [
      'two dumps of one name, each proven from its own set',
      [
        dump(['app'], 'a'),
        dump(['app'], 'b'),
        restore([app], { from: 'a' }),
        verify([app], undefined, { from: 'a' }),
        restore([['app', 'second']], { from: 'b' }),
        verify([['app', 'second']], undefined, { from: 'b' }),
      ],
      'app was dumped, restored and compared',
    ],
    [
      'one name on two servers',
      [
        dump(),
        restore([app], { into: 'one' }),
        restore([app], { into: 'two' }),
        verify([app], undefined, { into: 'one' }),
        verify([app], undefined, { into: 'two' }),
      ],
      'app was dumped, restored and compared',
    ],
    [
      'two copies of one name, each compared',
      [dump(), restore(), restore(), verify(), verify()],
      'app was dumped, restored',
    ],
    ['sql alone', [sql(), sql()], '2 steps succeeded; nothing was dumped or restored, so there was nothing to prove.'],
  ])('%s', (_name, steps, headline) => {
    const judgement = judge(steps);
    expect(judgement).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(judgement.headline).toContain(headline);
  });
});

describe('unproven: all went well, but not everything was compared', () => {
  test.each<[string, readonly JudgedStep[], string]>([
    ['no steps', [], 'Nothing was run.'],
    ['dump alone', [dump()], 'app was dumped but not restored.'],
    ['dump and publish', [dump(), publish()], 'app was dumped but not restored.'],
    ['restored, not compared', [dump(), restore()], 'app_copy was restored but not compared.'],
    [
      'a set of which one database was proven is published',
      [restore(undefined, { from: 'old' }), verify(undefined, undefined, { from: 'old' }), publishOf(['app', 'other'])],
      'artifact staging-dump was published without being restored and compared.',
    ],
    ['restored without its data', [dump(), restoredInPart(), verify()], 'app_copy was restored only in part.'],
    ['a chosen part of what was dumped', [dump(), restoredChosen(), verify()], 'app_copy was restored only in part.'],
    ['restore alone', [restore()], 'app_copy was restored but not compared.'],
    [
      'one of four',
      [dump(['app', 'b', 'c', 'd', 'e']), restore(), verify()],
      'b, c and 2 more were dumped but not restored.',
    ],
    [
      'two kinds of doubt',
      [dump(['app', 'billing']), restore()],
      'billing was dumped but not restored; app_copy was restored but not compared.',
    ],
    ['every check skipped', [dump(), restore(), verify(undefined, skipped)], 'app_copy was restored but not compared.'],
    ['no check at all', [dump(), restore(), verify(undefined, [])], 'app_copy was restored but not compared.'],
    [
      'verify alone, all skipped',
      [verify(undefined, skipped)],
      'app_copy was not compared, as every check was skipped.',
    ],
    ['verify before restore', [dump(), verify(), restore()], 'app_copy was restored but not compared.'],
    ['restore before the dump', [restore(), verify(), dump()], 'app was dumped but not restored.'],
    ['compared with what was there before', [dump(), verify()], 'app was dumped but not restored.'],
    [
      'another copy was compared',
      [dump(), restore(), verify([['app', 'other']])],
      'app_copy was restored but not compared.',
    ],
    [
      'a second copy was not compared',
      [dump(), restore([app, ['app', 'second']]), verify()],
      'second was restored but not compared.',
    ],
    [
      'an older set was restored',
      [dump(), restore([app], { from: 'old' }), verify([app], undefined, { from: 'old' })],
      'app was dumped but not restored.',
    ],
    [
      'the second dump of a name is the one that was restored',
      [dump(['app'], 'a'), dump(['app'], 'b'), restore(), verify()],
      'app was dumped but not restored.',
    ],
    [
      'an earlier copy of the same folder was restored',
      [restore([app], { from: 'dumps/staging' }), verify([app], undefined, { from: 'dumps/staging' }), dump()],
      'app was dumped but not restored.',
    ],
    [
      'compared with another dump set',
      [dump(), restore(), verify([app], undefined, { from: 'old' })],
      'app_copy was restored but not compared.',
    ],
    [
      'the copy on another server was compared',
      [dump(), restore([app], { into: 'one' }), verify([app], undefined, { into: 'two' })],
      'app_copy was restored but not compared.',
    ],
    [
      'one comparison for two copies of one name',
      [dump(), restore(), restore(), verify()],
      'app_copy was restored but not compared.',
    ],
    ['publish alone', [publish('the shelf')], 'the shelf was published without being restored and compared.'],
  ])('%s', (_name, steps, headline) => {
    expect(judge(steps)).toEqual({ verdict: 'unproven', exitCode: 0, headline });
  });
});

describe('failed: the first failed step decides', () => {
  const problem = {
    code: 'PGR160',
    message: 'the target database app_copy is not empty',
    remedy: 'name another',
  } as const;
  const failedRows = check('rows', { verdict: 'failed', findings: missing(3) });
  const unknownRows = check('rows', { verdict: 'could-not-verify', note: 'permission denied for table t' });
  test.each<[string, readonly JudgedStep[], number, string]>([
    [
      'a problem gives the exit code',
      [dump(), restore(undefined, { status: 'failed', problems: [problem], result: undefined })],
      4,
      'restore into scratch: the target database app_copy is not empty.',
    ],
    [
      'the first of two problems',
      [
        dump(undefined, undefined, {
          status: 'failed',
          problems: [{ ...problem, code: 'PGR600' }, problem],
          result: undefined,
        }),
        restore(undefined, { status: 'failed', problems: [problem] }),
      ],
      130,
      'dump from staging: the target database app_copy is not empty.',
    ],
    ['no problem named', [dump(undefined, undefined, { status: 'failed' })], 1, 'dump from staging failed.'],
    [
      'a problem outweighs the status',
      [dump(undefined, undefined, { problems: [problem] })],
      4,
      'dump from staging: the target',
    ],
    [
      'a check failed',
      [dump(), restore(), verify(undefined, [check('objects'), failedRows])],
      3,
      'app_copy differs from app: 3 differences in rows.',
    ],
    [
      'two copies differ',
      [verify([app, billing], [failedRows, check('sequences', { verdict: 'failed', findings: missing(1) })])],
      3,
      'app_copy and billing_copy differ from their sources: 8 differences in rows and sequences.',
    ],
    [
      'could not verify is no pass',
      [dump(), restore(), verify(undefined, [check('objects'), unknownRows])],
      3,
      'app_copy could not be compared with app: permission denied for table t.',
    ],
    [
      'a difference is told before what is unknown',
      [verify(undefined, [unknownRows, failedRows])],
      3,
      'app_copy differs from app',
    ],
    [
      'a step was not run',
      [dump(), restore(undefined, { status: 'not run', result: undefined })],
      1,
      'restore into scratch was not run.',
    ],
    [
      'failure comes before not run',
      [
        sql(),
        { ...sql(), status: 'not run', title: 'later' },
        dump(undefined, undefined, { status: 'failed', problems: [problem] }),
      ],
      4,
      'dump from staging: the target',
    ],
  ])('%s', (_name, steps, exitCode, headline) => {
    const judgement = judge(steps);
    expect(judgement).toMatchObject({ verdict: 'failed', exitCode });
    expect(judgement.headline).toContain(headline);
  });
});

function restoredInPart(): JudgedStep {
  const whole = restore();
  if (whole.result?.kind !== 'restore') throw new Error('not a restore');
  return { ...whole, result: { ...whole.result, sections: ['pre-data', 'post-data'], complete: false } };
}

function restoredChosen(changes: Partial<JudgedStep> = {}): JudgedStep {
  const all = restore(undefined, changes);
  if (all.result?.kind !== 'restore') throw new Error('not a restore');
  const leftOut = { count: 2, objects: ['FK CONSTRAINT a.b c', 'INDEX a.d'] };
  return { ...all, result: { ...all.result, databases: all.result.databases.map(one => ({ ...one, leftOut })) } };
}

test('a chosen part of a dump set from elsewhere is proven, and no more than that is claimed', () => {
  const steps = [restoredChosen({ from: 'old' }), verify(undefined, undefined, { from: 'old' })];
  expect(judge(steps)).toEqual({
    verdict: 'passed',
    exitCode: 0,
    headline:
      'app_copy was restored and compared: every object and every row count that was restored agrees; left out by request: 2 entries of app_copy.',
  });
  const published = publishOf(['app']);
  expect(judge([...steps, published])).toMatchObject({ verdict: 'unproven' });
});

test.each<[string, readonly JudgedStep[], string]>([
  ['dumped', [dump([])], 'globals.sql was dumped but not restored'],
  ['restored', [dump([]), restore([])], 'globals.sql was restored but not compared'],
])('globals without a database prove nothing: %s', (_name, steps, headline) => {
  const judgement = judge(steps);
  expect(judgement).toMatchObject({ verdict: 'unproven', exitCode: 0 });
  expect(judgement.headline).toContain(headline);
});

function publishOf(databases: readonly string[]): JudgedStep {
  const step = publish(undefined, { from: 'old' });
  if (step.result?.kind !== 'publish') throw new Error('not a publish');
  return { ...step, result: { ...step.result, databases } };
}

test.each([
  [atLevel('content'), 'content'],
  [bySample, 'counts'],
])('the level that is recorded holds for every row', (verified, level) => {
  expect([...provenDatabases([dump(), restore(), verified], 'dumps/staging')]).toEqual([
    ['app', { level, ignored: 0 }],
  ]);
});

test('what was passed over is recorded with the level', () => {
  const ignored = [1, 2].map(() => ({
    finding: { kind: 'missing', object: 'TABLE a' } as const,
    reason: 'made later',
  }));
  const verified = verify(undefined, [check('objects', { ignored })]);
  const proven = provenDatabases([dump(), restore(), verified], 'dumps/staging');
  expect(proven.get('app')).toMatchObject({ ignored: 2 });
});
