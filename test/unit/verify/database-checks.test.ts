import { describe, expect, it } from 'vitest';
import { type DatabaseFacts, databaseChecks } from '../../../src/verify/database-checks.ts';
import { worst } from '../../../src/verify/finding.ts';
import { entry, everything, users, usersIndex } from './toc-fixtures.ts';

const read = <Value>(value: Value) => ({ kind: 'read', value }) as const;
const refused = { kind: 'unreadable', reason: 'permission denied' } as const;
const view = entry('VIEW', 'v', 'SELECT users.id');
const rerendered = entry('VIEW', 'v', 'SELECT id');
const summary = entry('MATERIALIZED VIEW', 'summary', 'CREATE MATERIALIZED VIEW app.summary AS SELECT 1');
const summaryData = entry('MATERIALIZED VIEW DATA', 'summary', 'REFRESH', { section: 'post-data' });

const good: DatabaseFacts = {
  level: 'counts',
  majors: { source: 17, archive: 17, client: 17 },
  database: {
    tables: [{ schema: 'app', name: 'users', rows: 2, bytes: 1 }],
    sequences: [],
    largeObjects: 0,
    extensions: [
      { name: 'hstore', version: '1.8', schema: 'app' },
      { name: 'absent', version: '1.0', schema: 'app' },
    ],
  },
  source: [users, view, summary, summaryData, usersIndex],
  target: read([users, view, summary, usersIndex]),
  scratch: undefined,
  options: everything,
  facts: {
    major: 17,
    extensions: read([{ name: 'hstore', version: '1.8', shipped: '1.8' }]),
    indexes: read({ count: 1, invalid: [] }),
    unpopulatedMaterializedViews: read([]),
    counts: {
      rows: read([{ schema: 'app', name: 'users', rows: read(2) }]),
      sequences: read([]),
      largeObjects: read(0),
    },
  },
};

function verdicts(facts: DatabaseFacts): Readonly<Record<string, string>> {
  return Object.fromEntries(databaseChecks(facts).map(check => [check.name, check.verdict]));
}

function checkNamed(facts: DatabaseFacts, name: string) {
  return databaseChecks(facts).find(check => check.name === name);
}

describe('databaseChecks', () => {
  it('passes an equal copy at both levels', () => {
    expect(verdicts(good)).toEqual({
      objects: 'passed',
      extensions: 'passed',
      indexes: 'passed',
      'materialized views': 'passed',
      rows: 'passed',
      sequences: 'passed',
      'large objects': 'passed',
    });
    expect(Object.keys(verdicts({ ...good, level: 'objects' }))).toEqual([
      'objects',
      'extensions',
      'indexes',
      'materialized views',
    ]);
  });

  it.each([
    ['target', { ...good, target: refused }, ['objects', 'materialized views']],
    ['extensions', { ...good, facts: { ...good.facts, extensions: refused } }, ['extensions']],
    ['indexes', { ...good, facts: { ...good.facts, indexes: refused } }, ['indexes']],
    ['views', { ...good, facts: { ...good.facts, unpopulatedMaterializedViews: refused } }, ['materialized views']],
    ['counts', { ...good, facts: { ...good.facts, counts: undefined } }, ['rows', 'sequences', 'large objects']],
  ] as const)('never passes what it could not read: %s', (_name, facts, unproven) => {
    const found = Object.entries(verdicts(facts)).filter(([, verdict]) => verdict !== 'passed');
    expect(found).toEqual(unproven.map(name => [name, 'could-not-verify']));
    expect(worst(found.map(() => 'could-not-verify'))).toBe('could-not-verify');
  });

  it('keeps a changed definition and says so when there was no scratch database', () => {
    const check = checkNamed({ ...good, target: read([users, rerendered, summary, usersIndex]) }, 'objects');
    expect(check).toMatchObject({ verdict: 'failed', findings: [{ object: 'VIEW app.v', property: 'definition' }] });
    expect(check?.note).toContain('no scratch database');
  });

  it('gives the reason why there was none', () => {
    const facts = { ...good, target: read([users, rerendered, summary, usersIndex]), scratch: refused };
    expect(checkNamed(facts, 'objects')?.note).toContain('(permission denied)');
    expect(checkNamed(facts, 'objects')?.verdict).toBe('failed');
  });

  it('drops what a scratch database shows to be rendering, and counts it', () => {
    const target = read([users, rerendered, summary, usersIndex]);
    const check = checkNamed({ ...good, target, scratch: target }, 'objects');
    expect(check).toMatchObject({ verdict: 'passed', findings: [], compared: 4 });
    expect(check?.note).toBe('1 definition printed in another way by this server, and equal');
  });

  it('says nothing of a scratch database that nobody needs', () => {
    expect(checkNamed(good, 'objects')?.note).toBeUndefined();
  });

  it('compares versions of extensions that both have', () => {
    const extensions = read([{ name: 'hstore', version: '1.7', shipped: '1.7' }]);
    expect(checkNamed({ ...good, facts: { ...good.facts, extensions } }, 'extensions')).toMatchObject({
      verdict: 'failed',
      compared: 1,
      findings: [{ kind: 'changed', object: 'EXTENSION hstore', property: 'version', expected: '1.8', actual: '1.7' }],
    });
  });

  it.each([
    ['shipped by the other major', 16, '1.7', 'passed', "as the copy's major ships them: hstore 1.8 is 1.7 there"],
    ['not what the other major ships', 16, '1.9', 'failed', undefined],
    ['on the same major, where CREATE EXTENSION can have the same', 17, '1.7', 'failed', undefined],
  ] as const)('a version %s: %#', (_, major, shipped, verdict, note) => {
    const extensions = read([{ name: 'hstore', version: '1.7', shipped }]);
    const check = checkNamed({ ...good, facts: { ...good.facts, major, extensions } }, 'extensions');
    expect(check).toMatchObject({ verdict, note });
  });

  it.each([
    ['of the same major, whatever a scratch database has', 17, 17, [usersIndex], 'failed'],
    ['of another major, when a scratch database has it too', 13, 17, [usersIndex], 'passed'],
    ['of another major, when no scratch database has it', 13, 17, [users], 'failed'],
  ] as const)('an extra object in an archive by a pg_dump %s', (_, archive, client, scratch, verdict) => {
    const facts = { ...good, majors: { source: 13, archive, client }, source: [users], scratch: read(scratch) };
    expect(checkNamed({ ...facts, target: read([users, usersIndex]) }, 'objects')?.verdict).toBe(verdict);
  });

  it('a missing object is one, whoever made the archive', () => {
    const facts = { ...good, majors: { source: 13, archive: 13, client: 17 }, source: [users, usersIndex] };
    const check = checkNamed({ ...facts, target: read([users]), scratch: read([users]) }, 'objects');
    expect(check?.findings).toEqual([{ kind: 'missing', object: 'INDEX app.users_name' }]);
  });

  it('finds an invalid index', () => {
    const indexes = read({ count: 2, invalid: [{ schema: 'app', name: 'users_name' }] });
    expect(checkNamed({ ...good, facts: { ...good.facts, indexes } }, 'indexes')).toMatchObject({
      verdict: 'failed',
      compared: 2,
      findings: [{ kind: 'changed', object: 'INDEX app.users_name', property: 'valid', actual: 'false' }],
    });
  });

  const empty = read([{ schema: 'app', name: 'summary' }]);
  it.each([
    ['filled in both', good.source, read([]), []],
    ['empty in both', [summary], empty, []],
    ['empty in the copy', good.source, empty, [{ expected: 'true', actual: 'false' }]],
    ['filled in the copy', [summary], read([]), [{ expected: 'false', actual: 'true' }]],
    ['missing in the source', [users], empty, []],
  ] as const)('materialized view %s', (_name, source, unpopulatedMaterializedViews, findings) => {
    const check = checkNamed(
      { ...good, source, facts: { ...good.facts, unpopulatedMaterializedViews } },
      'materialized views',
    );
    expect(check?.findings).toMatchObject(findings);
    expect(check?.verdict).toBe(findings.length === 0 ? 'passed' : 'failed');
  });

  it('does not judge a materialized view that the copy lacks', () => {
    const facts = { ...good, source: [summary], target: read([]) };
    expect(checkNamed(facts, 'materialized views')).toMatchObject({ compared: 0, findings: [] });
    expect(checkNamed(facts, 'objects')?.findings).toEqual([
      { kind: 'missing', object: 'MATERIALIZED VIEW app.summary' },
    ]);
  });

  it('skips what was not restored', () => {
    const options = { ...everything, sections: ['pre-data'] } as const;
    expect(verdicts({ ...good, options })).toMatchObject({
      objects: 'passed',
      'materialized views': 'skipped',
      rows: 'skipped',
      sequences: 'skipped',
      'large objects': 'skipped',
    });
    expect(verdicts({ ...good, options: { ...everything, sections: ['data'] } })).toMatchObject({
      objects: 'skipped',
      'materialized views': 'skipped',
      rows: 'passed',
    });
  });
});
