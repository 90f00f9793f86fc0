import type { JudgedStep } from '../../../src/report/claims.ts';
import { errorsOf } from '../../../src/report/errors.ts';
import type { RestoredDatabase, RunReport, StepReport, StepResult } from '../../../src/report/model.ts';
import { judge } from '../../../src/report/verdict.ts';
import type { Check, Finding } from '../../../src/verify/finding.ts';

/** A name with everything that could break out of a log, a table, HTML or XML. */
export const hostileName = 'a|b`c<script>alert(1)</script>\n::error::x ]]>\u0000*_$&"\'';

export function step(title: string, result: StepResult | undefined, changes: Partial<StepReport> = {}): StepReport {
  return { title, status: 'succeeded', seconds: 1.25, problems: [], notes: [], result, ...changes };
}

export function dump(names: readonly string[] = ['app'], path = 'dumps/staging', changes: Partial<StepReport> = {}) {
  const databases = names.map(name => ({
    name,
    format: 'custom',
    tables: 21,
    rows: 46_273,
    largeObjects: 2,
    archiveBytes: 3_120_000,
    sourceBytes: 12_400_000,
    snapshot: '00000003-0000001B-1',
    seconds: 1.9,
  }));
  return step('dump from staging', { kind: 'dump', path, client: '15.18', server: '15.18', databases }, changes);
}

/** What a restored database says when nothing was chosen. */
export const whole = {
  leftOut: { count: 0, objects: [] },
  deferred: [],
  present: undefined,
  schemasCreated: [],
} as const;

export function restore(
  copies: readonly (readonly [string, string])[] = [['app', 'app_copy']],
  changes: Partial<JudgedStep> = {},
): JudgedStep {
  const phases = [
    { name: 'pre-data', seconds: 0.21 },
    { name: 'data', seconds: 1.04 },
    { name: 'post-data', seconds: 0.5 },
  ];
  const databases = copies.map(([source, target]) => ({ source, target, created: true, tables: 21, phases, ...whole }));
  return step(
    'restore into scratch',
    {
      kind: 'restore',
      from: 'dumps/staging',
      into: 'scratch',
      client: '15.18',
      sections: ['pre-data', 'data', 'post-data'],
      complete: true,
      databases,
      rolesCreated: ['reader'],
    },
    changes,
  );
}

export function check(name: string, changes: Partial<Check> = {}): Check {
  return { name, level: 'counts', verdict: 'passed', compared: 21, findings: [], note: undefined, ...changes };
}

export function verify(
  copies: readonly (readonly [string, string])[] = [['app', 'app_copy']],
  checks: readonly Check[] = [check('objects', { level: 'objects', compared: 166 }), check('rows')],
  changes: Partial<JudgedStep> = {},
): JudgedStep {
  const databases = copies.map(([source, target]) => ({ source, target, checks }));
  return step('verify at level counts', { kind: 'verify', level: 'counts', databases }, changes);
}

export function publish(place = 'artifact staging-dump', changes: Partial<JudgedStep> = {}): JudgedStep {
  const artifact = { id: '7', name: 'staging-dump', sha256: 'ab12', url: '../../actions/runs/5/artifacts/7' };
  return step('publish', { kind: 'publish', place, databases: ['app'], bytes: 3_200_000, artifact }, changes);
}

export function sql(): StepReport {
  return step('sql on scratch', { kind: 'sql' });
}

export const restored: RestoredDatabase = {
  name: 'app_copy',
  connection: 'scratch',
  host: 'localhost',
  port: 5432,
  user: 'postgres',
  url: 'postgresql://postgres@localhost:5432/app_copy',
};

export function report(steps: readonly JudgedStep[], databases: readonly RestoredDatabase[] = []): RunReport {
  return {
    schema: 1,
    tool: { name: 'pg-roundtrip', version: '0.1.0' },
    ...judge(steps),
    startedAt: '2026-03-04T05:06:07Z',
    seconds: 5.5,
    steps,
    errors: errorsOf(steps),
    databases,
  };
}

export function missing(count: number, name = 'TABLE public.t'): readonly Finding[] {
  return Array.from({ length: count }, (_, index) => ({ kind: 'missing', object: `${name}${index}` }));
}

export const passedReport = report([dump(), restore(), verify(), publish()], [restored]);

export const unprovenReport = report([dump(['app', 'billing']), restore(), verify()]);

export const failedReport = report([
  dump(),
  restore(),
  verify(
    undefined,
    [
      check('objects', {
        level: 'objects',
        verdict: 'failed',
        compared: 166,
        findings: [
          { kind: 'missing', object: 'INDEX public.orders_day' },
          { kind: 'changed', object: 'TABLE public.orders', property: 'owner', expected: 'shop', actual: 'postgres' },
        ],
      }),
      check('rows', { verdict: 'could-not-verify', compared: 20, note: 'permission denied for table public.audit' }),
      check('large objects', { verdict: 'skipped', compared: 0, note: 'the dump leaves them out' }),
    ],
    {
      status: 'failed',
      problems: [
        {
          code: 'PGR300',
          message: 'app_copy differs from app in 2 places',
          remedy: 'see the differences; restore again, or ignore them with a reason',
        },
      ],
    },
  ),
  publish(undefined, { status: 'not run', result: undefined, seconds: 0 }),
]);
