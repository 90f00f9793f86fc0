import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { fromProgramVersion, fromServerVersionNumber } from '../../../src/postgres/version.ts';
import { version } from '../../../src/version.ts';

test.each([
  ['pg_dump (PostgreSQL) 15.18\n', 15, 18, '15.18'],
  ['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n', 15, 18, '15.18'],
  ['psql (PostgreSQL) 9.6.24', 9, 6, '9.6'],
  ['pg_restore (PostgreSQL) 19beta2', 19, 0, '19beta2'],
  ['pg_restore (PostgreSQL) 19rc1', 19, 0, '19rc1'],
  ['psql (PostgreSQL) 20devel', 20, 0, '20devel'],
  ['pg_dump (PostgreSQL) 10.1', 10, 1, '10.1'],
])('%j', (output, major, minor, text) => {
  expect(fromProgramVersion(output)).toEqual({ major, minor, text });
});

test.each(['', 'pg_dump', 'pg_dump (EnterpriseDB) 15.18', 'Error: You must install at least one postgresql-client'])(
  '%j is no version',
  output => {
    expect(fromProgramVersion(output)).toBeUndefined();
  },
);

test.each([
  [130_023, 13, 23],
  [150_000, 15, 0],
  [180_006, 18, 6],
])('server_version_num %i', (number, major, minor) => {
  expect(fromServerVersionNumber(number, 'as it is')).toEqual({ major, minor, text: 'as it is' });
});

test('our own version is that of the package', () => {
  expect(version).toBe(packageJson.version);
});
