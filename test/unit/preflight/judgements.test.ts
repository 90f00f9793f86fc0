import { describe, expect, test } from 'vitest';
import type { Limit } from '../../../src/postgres/connection-limits.ts';
import type { DatabaseLocale } from '../../../src/postgres/database-locale.ts';
import { dumpFactor, judgeDisk } from '../../../src/preflight/disk-space.ts';
import { judgeConnections } from '../../../src/preflight/free-connections.ts';
import { judgeLocale, type LocaleFacts } from '../../../src/preflight/locale.ts';
import { judgeProtection } from '../../../src/preflight/protection.ts';
import { judgeSource, judgeTarget, type Standing } from '../../../src/preflight/standby.ts';
import { judgeExtensions, judgeRoles, type Needs } from '../../../src/preflight/target-needs.ts';

describe('free connections', () => {
  const server: Limit = { of: 'the server', most: 97, used: 10, raise: 'raise max_connections' };
  const role = (most: number, used = 0): Limit => ({ of: 'the role', most, used, raise: 'ALTER ROLE x;' });
  const needs = [
    { what: 'restore', least: 3, most: 4 },
    { what: 'dump with 2 jobs', least: 6, most: 7 },
  ];

  test.each([
    [[server], 'ok'],
    [[server, role(7)], 'ok'],
    [[server, role(6)], 'warning'],
    [[server, role(5)], 'blocks'],
    [[server, role(9, 3)], 'warning'],
    [[server, role(3, 9)], 'blocks'],
    [[{ ...server, used: 92 }, role(50)], 'blocks'],
    [[], 'ok'],
  ] as const)('%j: %s', (limits, verdict) => {
    expect(judgeConnections('source', limits, needs)).toMatchObject({ verdict });
  });

  test('the tightest limit is named, with what needs most', () => {
    expect(judgeConnections('source', [server, role(5)], needs)).toMatchObject({
      code: 'PGR209',
      says: expect.stringMatching(/^5 connections free of the role; the dump with 2 jobs needs 6$/),
      remedy: expect.stringMatching(/\nALTER ROLE x;$/),
    });
  });
});

describe('disk space', () => {
  const use = (tables: number) => ({ folder: '/w', what: 'dump', tables, factor: 0.25 });
  const gigabyte = 1e9;

  test.each([
    [3, [10], 'ok'],
    [2, [10], 'warning'],
    [3, [10, 10], 'warning'],
    [0.04, [10], 'blocks'],
    [0, [], 'ok'],
    [0, [0.001], 'warning'],
  ] as const)('%d GB free, tables of %j GB: %s', (free, tables, verdict) => {
    const uses = tables.map(each => use(each * gigabyte));
    expect(judgeDisk('/w', { device: 1, free: free * gigabyte }, uses)).toMatchObject({ verdict });
  });

  test('it says how the estimate was made', () => {
    const { says } = judgeDisk('/w', { device: 1, free: gigabyte }, [use(2 * gigabyte)]);
    expect(says).toBe('1.0 GB free, about 500 MB needed: 500 MB for dump (2.0 GB of tables × 0.25)');
  });

  test.each([
    ['directory', 'zstd:1', 0.22],
    ['custom', '6', 0.25],
    ['directory', 'lz4', 0.42],
    ['directory', 'none', 0.7],
    ['tar', 'gzip', 0.7],
  ] as const)('%s with %s takes %d of its tables', (format, compress, factor) => {
    expect(dumpFactor(format, compress)).toBe(factor);
  });
});

describe('a standby', () => {
  const standby: Standing = {
    inRecovery: true,
    readOnly: true,
    behind: 12,
    replayed: '0/1A2B',
    unloggedTables: 1,
    feedback: false,
    patience: '30s',
  };

  test('as a source: where it stands, what is empty, what may cancel', () => {
    expect(judgeSource('s', standby).map(({ verdict, says }) => `${verdict}: ${says}`)).toEqual([
      'note: a standby: the dump is of WAL position 0/1A2B, with the last change that it has 12 s old',
      'note: 1 unlogged table will be empty in the dump, as a standby does not have the rows',
      'warning: a dump that takes long may be cancelled for a conflict with recovery: replay waits for it 30s',
    ]);
    const patient = { ...standby, unloggedTables: 0, behind: undefined };
    expect(judgeSource('s', { ...patient, feedback: true })).toHaveLength(1);
    expect(judgeSource('s', { ...patient, patience: '-1' })).toHaveLength(1);
  });

  test.each([
    [{ ...standby }, 'blocks'],
    [{ ...standby, inRecovery: false }, 'blocks'],
    [{ ...standby, inRecovery: false, readOnly: false }, 'ok'],
  ] as const)('as a target', (standing, verdict) => {
    expect(judgeTarget('t', standing)).toMatchObject({ verdict, ...(verdict === 'blocks' && { code: 'PGR169' }) });
  });
});

describe('what a target needs', () => {
  const offered = { extensions: new Set(['plpgsql', 'hstore']), roles: new Set(['ann']) };
  const needs: Needs = { extensions: ['hstore'], roles: ['ann'], brought: [], certain: true };

  test.each([
    [{}, 'ok', 'ok'],
    [{ extensions: ['vector'] }, 'blocks', 'ok'],
    [{ roles: ['ann', 'bob'] }, 'ok', 'blocks'],
    [{ roles: ['bob'], brought: ['bob'] }, 'ok', 'ok'],
    [{ roles: ['bob'], brought: 'all' }, 'ok', 'ok'],
    [{ extensions: ['vector'], roles: ['bob'], certain: false }, 'warning', 'warning'],
  ] as const)('%j: extensions %s, roles %s', (more, extensions, roles) => {
    expect(judgeExtensions('t', { ...needs, ...more }, offered)).toMatchObject({ verdict: extensions });
    expect(judgeRoles('t', { ...needs, ...more }, offered)).toMatchObject({ verdict: roles });
  });

  test('a missing role is quoted in what makes it', () => {
    const finding = judgeRoles('t', { ...needs, roles: ['b"b'] }, offered);
    expect(finding).toMatchObject({ code: 'PGR164', remedy: expect.stringMatching(/\nCREATE ROLE "b""b" NOLOGIN;$/) });
  });
});

describe('encoding and locale', () => {
  const german: DatabaseLocale = {
    encoding: 'UTF8',
    collate: 'de_DE.UTF-8',
    characterType: 'de_DE.UTF-8',
    localeProvider: 'libc',
    locale: undefined,
  };
  const facts: LocaleFacts = { source: german, asked: undefined, existing: undefined, unknown: undefined };

  test.each([
    [facts, 'ok', /^UTF8, de_DE/],
    [{ ...facts, unknown: 'the locale de_DE.UTF-8' }, 'blocks', /does not know the locale de_DE/],
    [{ ...facts, existing: german }, 'ok', /de_DE/],
    [{ ...facts, existing: { ...german, encoding: 'LATIN1' } }, 'warning', /there with LATIN1/],
    [{ ...facts, existing: { ...german, collate: 'C' } }, 'warning', /C and de_DE/],
    [{ ...facts, asked: 'C', existing: { ...german, collate: 'C', characterType: 'C' } }, 'ok', /^UTF8, C$/],
  ] as const)('%#: %s', (given, verdict, says) => {
    expect(judgeLocale('target', 'copy', given)).toMatchObject({ verdict, says: expect.stringMatching(says) });
  });
});

describe('protection', () => {
  const connection = (isProtected: boolean) => ({ protected: isProtected, throwaway: undefined, parts: {} });
  const config = (guarded: boolean) =>
    ({
      connections: { production: connection(guarded), scratch: connection(false) },
      steps: [{ kind: 'sql', on: 'scratch', database: undefined, statements: { kind: 'text', text: 'select 1' } }],
    }) as unknown as Parameters<typeof judgeProtection>[0];
  const verdicts = (guarded: boolean, identities: Readonly<Record<string, string>>) =>
    judgeProtection(config(guarded), new Map(Object.entries(identities))).map(
      ({ about, verdict }) => `${about} ${verdict}`,
    );

  test('two names of one server are noticed; what could not be told is said', () => {
    expect(verdicts(false, {})).toEqual(['scratch ok']);
    expect(verdicts(true, { production: '1', scratch: '2' })).toEqual(['production ok', 'scratch ok']);
    expect(verdicts(true, { production: '1', scratch: '1' })).toEqual(['production ok', 'scratch note']);
    expect(verdicts(true, { scratch: '1' })).toEqual(['production ok', 'scratch not checked']);
  });
});
