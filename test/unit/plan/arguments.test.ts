import { describe, expect, test } from 'vitest';
import {
  contentArguments,
  type DumpOptions,
  dumpArguments,
  globalsArguments,
  type RestoreOptions,
  restoreArguments,
  schemaArguments,
  snapshotArgument,
} from '../../../src/postgres/arguments.ts';

const none = { schema: [], table: [], 'table-data': [] };
const plain: DumpOptions = {
  format: 'directory',
  jobs: 3,
  compress: 'zstd:1',
  include: none,
  exclude: none,
  flags: [],
};
const run = { conninfo: "host='h' dbname='d'", file: '/out/d.dir', lockSeconds: 30 };

describe('pg_dump', () => {
  test.each<readonly [string, Partial<DumpOptions>, readonly string[]]>([
    ['nothing asked', {}, []],
    ['schemas', { include: { ...none, schema: ['a', '"B c"'] } }, ['--schema=a', '--schema="B c"']],
    ['tables', { include: { ...none, table: ['a.*', '-x'] } }, ['--table=a.*', '--table=-x']],
    ['no schemas', { exclude: { ...none, schema: ['tmp'] } }, ['--exclude-schema=tmp']],
    ['no tables', { exclude: { ...none, table: ['a.log'] } }, ['--exclude-table=a.log']],
    [
      'no rows',
      { exclude: { ...none, 'table-data': ['a.log', 'b'] } },
      ['--exclude-table-data=a.log', '--exclude-table-data=b'],
    ],
    ['what has no key', { flags: ['--no-comments'] }, ['--no-comments']],
  ])('what an archive holds: %s', (_, changes, filters) => {
    expect(contentArguments({ ...plain, ...changes })).toEqual(['--format=directory', '--compress=zstd:1', ...filters]);
  });

  test('all options of a directory', () => {
    expect(dumpArguments(plain, run)).toEqual([
      "--dbname=host='h' dbname='d'",
      '--file=/out/d.dir',
      '--format=directory',
      '--compress=zstd:1',
      '--jobs=3',
      '--lock-wait-timeout=30000',
      '--no-password',
      '--verbose',
      '--no-sync',
      snapshotArgument,
    ]);
  });

  test('jobs only where several can write', () => {
    expect(dumpArguments({ ...plain, format: 'custom' }, run).filter(one => one.startsWith('--jobs'))).toEqual([]);
  });

  test('definitions alone', () => {
    expect(schemaArguments({ ...run, printing: ['--quote-all-identifiers'] })).toEqual([
      "--dbname=host='h' dbname='d'",
      '--file=/out/d.dir',
      '--format=custom',
      '--schema-only',
      '--quote-all-identifiers',
      '--lock-wait-timeout=30000',
      '--no-password',
    ]);
  });
});

test('pg_dumpall leaves passwords where they are', () => {
  expect(globalsArguments({ ...run, flags: [] })).toEqual([
    "--dbname=host='h' dbname='d'",
    '--file=/out/d.dir',
    '--globals-only',
    '--no-role-passwords',
    '--lock-wait-timeout=30000',
    '--no-password',
  ]);
});

test('pg_dumpall dumps the part that is chosen', () => {
  expect(globalsArguments({ ...run, flags: ['--roles-only', '--no-comments'] }).slice(2, 5)).toEqual([
    '--roles-only',
    '--no-comments',
    '--no-role-passwords',
  ]);
});

describe('pg_restore', () => {
  const keep: RestoreOptions = { jobs: 2, owners: { kind: 'keep' }, privileges: 'keep', flags: [] };

  test.each<readonly [string, Partial<RestoreOptions>, readonly string[], readonly string[], readonly string[]]>([
    ['everything', {}, [], [], []],
    ['one part', {}, ['data'], ['--section=data'], []],
    ['two parts', {}, ['pre-data', 'data'], ['--section=pre-data', '--section=data'], []],
    ['no owners', { owners: { kind: 'drop' } }, [], [], ['--no-owner']],
    ['one owner', { owners: { kind: 'role', role: 'Ann O' } }, [], [], ['--no-owner', '--role=Ann O']],
    ['no grants', { privileges: 'skip' }, [], [], ['--no-privileges']],
    ['what has no key', { flags: ['--no-comments'] }, [], [], ['--no-comments']],
  ])('%s', (_, changes, sections, before, after) => {
    expect(restoreArguments({ ...keep, ...changes }, { conninfo: 'x', archive: '/set/d.dir', sections })).toEqual([
      '--dbname=x',
      ...before,
      '--jobs=2',
      ...after,
      '--no-password',
      '--verbose',
      '--',
      '/set/d.dir',
    ]);
  });
});
