import { describe, expect, test } from 'vitest';
import {
  contentArguments,
  contentsArguments,
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
  serializableDeferrable: false,
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

describe('a plain dump', () => {
  const text: DumpOptions = {
    ...plain,
    format: 'plain',
    compress: 'gzip:6',
    flags: ['--no-owner', '--create', '--clean', '--if-exists', '--inserts', '--no-comments'],
  };

  test('is written by one job', () => {
    const parameters = dumpArguments(text, run);
    expect(parameters).toEqual(expect.arrayContaining(['--format=plain', '--compress=gzip:6', ...text.flags]));
    expect(parameters.filter(one => one.startsWith('--jobs'))).toEqual([]);
  });

  test('has its contents from the same options, without what is for texts alone, on standard output', () => {
    expect(contentsArguments(text, run)).toEqual([
      "--dbname=host='h' dbname='d'",
      '--format=custom',
      '--compress=0',
      '--inserts',
      '--no-comments',
      '--lock-wait-timeout=30000',
      '--no-password',
      '--verbose',
      '--no-sync',
      snapshotArgument,
    ]);
  });
});

test('a tar archive is never compressed', () => {
  expect(contentArguments({ ...plain, format: 'tar', compress: 'none' })).toEqual(['--format=tar']);
});

test.each(['--extension=a', '--table-and-children=a'])('the pattern of %s must match, too', flag => {
  expect(dumpArguments({ ...plain, flags: [flag] }, run)).toContain('--strict-names');
});

test('pg_dumpall leaves passwords where they are', () => {
  expect(globalsArguments({ ...run, flags: [], passwords: false })).toEqual([
    "--dbname=host='h' dbname='d'",
    '--file=/out/d.dir',
    '--globals-only',
    '--no-role-passwords',
    '--lock-wait-timeout=30000',
    '--no-password',
  ]);
});

test('pg_dumpall dumps passwords where they are asked for', () => {
  expect(globalsArguments({ ...run, flags: [], passwords: true })).not.toContain('--no-role-passwords');
});

test('pg_dumpall dumps the part that is chosen', () => {
  const chosen = { ...run, flags: ['--roles-only', '--no-comments'], passwords: false };
  expect(globalsArguments(chosen).slice(2, 5)).toEqual(['--roles-only', '--no-comments', '--no-role-passwords']);
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
