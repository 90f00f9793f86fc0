import { describe, expect, test } from 'vitest';
import type { ConnectionParameters } from '../../../src/postgres/connection-parameters.ts';
import type { StepReport, StepResult } from '../../../src/report/model.ts';
import { makeReport, type Performed } from '../../../src/run/make-report.ts';
import { version } from '../../../src/version.ts';
import { dumpStep, parameters, planOf, restoreStep, secrets, verifyStep } from '../plan/contexts.ts';
import { fromUrl } from '../postgres/connection-resolving.ts';
import { whole } from '../report/reports.ts';

const dumped: StepResult = {
  kind: 'dump',
  path: '/srv/space/dumps/it',
  client: '15.18',
  server: '15.3',
  databases: [],
};

function restored(target: string, created = true): StepResult {
  const database = { source: 'own', target, created, tables: 1, phases: [], ...whole };
  return {
    kind: 'restore',
    from: '/dumps',
    into: 'target',
    client: '15.18',
    sections: ['pre-data', 'data', 'post-data'],
    complete: true,
    databases: [database],
    rolesCreated: [],
  };
}

function step(result: StepResult | undefined, changes: Partial<StepReport> = {}): StepReport {
  return { title: 'a step', status: 'succeeded', seconds: 1, problems: [], notes: [], result, ...changes };
}

function reportOf(changes: Partial<Performed> = {}) {
  return makeReport({
    steps: [step(dumped), step(restored('copy'))],
    plan: planOf({ steps: [dumpStep(), restoreStep({ as: { own: 'copy' } })] }),
    connections: { source: parameters(), target: parameters() },
    temporaryUntil: 'end of job',
    startedAt: new Date('2026-11-22T10:00:00.000Z'),
    seconds: 12.5,
    ...changes,
  });
}

test('the report says what was run, when and for how long', () => {
  expect(reportOf()).toMatchObject({
    schema: 1,
    tool: { name: 'pg-roundtrip', version },
    startedAt: '2026-11-22T10:00:00.000Z',
    seconds: 12.5,
    verdict: 'unproven',
    exitCode: 0,
  });
});

test('the report holds no secret', () => {
  for (const secret of secrets) expect(JSON.stringify(reportOf())).not.toContain(secret);
});

describe('databases that are there afterwards', () => {
  const copy = {
    name: 'copy',
    connection: 'target',
    host: 'db',
    port: 5432,
    user: 'me',
    url: 'postgresql://me@db:5432/copy',
  };
  const temporary = planOf({ steps: [dumpStep(), restoreStep({ as: { own: 'copy' }, temporary: true })] });
  const there = [step(dumped), step(restored('copy', false))];
  const version = { major: 15, minor: 18, text: '15.18' };
  const servers = [{ connection: 'target', version, place: 'from /programs', reason: 'as asked' }];
  const throwaway = { ...planOf({ steps: [dumpStep(), restoreStep({ as: { own: 'copy' } })] }), servers };
  const restoreTwice = [restoreStep({ as: { own: 'copy' } }), restoreStep({ as: { own: 'copy' } })];
  const twice = {
    steps: [step(dumped), step(restored('copy')), step(restored('copy', false))],
    plan: planOf({ steps: [dumpStep(), ...restoreTwice] }),
  };
  const failed = [step(dumped), step(undefined, { status: 'failed' })];

  test.each<readonly [string, Partial<Performed>, readonly object[]]>([
    ['restored', {}, [copy]],
    ['restored in parts, by several steps', twice, [copy]],
    ['temporary, while the job goes on', { plan: temporary }, [copy]],
    ['temporary, when the run is all there is', { plan: temporary, temporaryUntil: 'end of run' }, []],
    ['temporary in name, but there before', { plan: temporary, temporaryUntil: 'end of run', steps: there }, [copy]],
    ['on a throwaway server, while the job goes on', { plan: throwaway }, [copy]],
    ['on a throwaway server, when the run is all there is', { plan: throwaway, temporaryUntil: 'end of run' }, []],
    ['not restored', { steps: failed }, []],
    ['without a plan', { plan: undefined }, []],
    ['on an unknown connection', { connections: {} }, []],
  ])('%s', (_, changes, databases) => {
    expect(reportOf(changes).databases).toEqual(databases);
  });
});

describe('the URL of a restored database', () => {
  test.each<readonly [string, string, number, string, string]>([
    ['db.example.com', 'me', 5432, 'copy', 'postgresql://me@db.example.com:5432/copy'],
    ['::1', 'me', 5433, 'copy', 'postgresql://me@[::1]:5433/copy'],
    ['fe80::1%eth0', 'me', 5432, 'copy', 'postgresql://me@[fe80::1%25eth0]:5432/copy'],
    ['/var/run/postgresql', 'me', 5432, 'copy', 'postgresql://me@%2Fvar%2Frun%2Fpostgresql:5432/copy'],
    ['/tmp/a:b', 'me', 5432, 'copy', 'postgresql://me@%2Ftmp%2Fa%3Ab:5432/copy'],
    ['@abstract', 'me', 5432, 'copy', 'postgresql://me@%40abstract:5432/copy'],
    ['db', 'a@b:c/d', 5432, 'copy', 'postgresql://a%40b%3Ac%2Fd@db:5432/copy'],
    ['db', 'me', 5432, 'a b/c?d=e#f%&ä', 'postgresql://me@db:5432/a%20b%2Fc%3Fd%3De%23f%25%26%C3%A4'],
  ])('on %s as %s, port %i, database %j', (host, user, port, name, url) => {
    const target: ConnectionParameters = parameters({ hosts: [{ host, address: undefined, port }], user });
    const [database] = reportOf({
      connections: { target },
      steps: [step(dumped), step(restored(name))],
    }).databases;
    expect(database?.url).toBe(url);
    const read = fromUrl(url);
    expect({ host: read.hosts[0].host, port: read.hosts[0].port, user: read.user, name: read.database }).toEqual({
      host,
      port,
      user,
      name,
    });
  });
});

test('the verdict knows which dump set and which connection each step was about', () => {
  const check = {
    name: 'rows',
    level: 'counts',
    verdict: 'passed',
    compared: 1,
    findings: [],
    note: undefined,
  } as const;
  const verified: StepResult = {
    kind: 'verify',
    level: 'counts',
    databases: [{ source: 'own', target: 'copy', checks: [check] }],
  };
  const as = { own: 'copy' };
  const dumpedOwn: StepResult = {
    ...dumped,
    databases: [
      {
        name: 'own',
        format: 'directory',
        tables: 1,
        rows: 1,
        largeObjects: 0,
        archiveBytes: 1,
        sourceBytes: 1,
        snapshot: '1',
        seconds: 1,
      },
    ],
  };
  const steps = [step(dumpedOwn), step(restored('copy')), step(verified)];
  const plan = planOf({ steps: [dumpStep(), restoreStep({ as }), verifyStep({ as })] });
  expect(reportOf({ steps, plan }).verdict).toBe('passed');
  const elsewhere = planOf({ steps: [dumpStep(), restoreStep({ as }), verifyStep({ as, into: 'source' })] });
  expect(reportOf({ steps, plan: elsewhere }).verdict).toBe('unproven');
});
