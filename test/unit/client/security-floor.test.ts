import { expect, test } from 'vitest';
import { belowFloor, refuseBelowFloor } from '../../../src/client/security-floor.ts';
import { fromProgramVersion, type PostgresVersion } from '../../../src/postgres/version.ts';
import { refusalOf } from '../refusal.ts';

function versionOf(text: string): PostgresVersion {
  const version = fromProgramVersion(`psql (PostgreSQL) ${text}`);
  if (version === undefined) throw new Error(`${text} is no version`);
  return version;
}

test.each([
  ['9.6', { kind: 'out of support', oldest: 14 }],
  ['13.23', { kind: 'out of support', oldest: 14 }],
  ['14.23', { kind: 'minor', first: '14.24' }],
  ['14.24', undefined],
  ['15.18', { kind: 'minor', first: '15.19' }],
  ['15.20', undefined],
  ['16.9', { kind: 'minor', first: '16.15' }],
  ['17.10', { kind: 'minor', first: '17.11' }],
  ['18rc1', { kind: 'minor', first: '18.6' }],
  ['18.6', undefined],
  ['19rc1', undefined],
] as const)('the floor that client %s is below', (text, floor) => {
  expect(belowFloor(versionOf(text))).toEqual(floor);
});

const installed = (text: string) => ({ kind: 'installed', folder: '/clients', version: versionOf(text) }) as const;

test('a client below the floor is refused, with the way out', async () => {
  expect(await refusalOf(() => refuseBelowFloor(installed('15.18')))).toMatchObject({
    code: 'PGR154',
    message: expect.stringContaining(
      'client 15.18 from /clients may not execute the text of a plain dump: it is below 15.19',
    ),
    remedy: expect.stringMatching(/^use 15\.19 or newer/),
  });
  expect(await refusalOf(() => refuseBelowFloor(installed('13.23')))).toMatchObject({
    code: 'PGR154',
    message: expect.stringContaining('out of support'),
    remedy: expect.stringMatching(/^use major 14 or newer/),
  });
});

test.each(['14.24', '15.19', '18.6', '19rc1'])('client %s, at the floor or of a newer major, is not', async text => {
  expect(await refusalOf(() => refuseBelowFloor(installed(text)))).toBeUndefined();
});
