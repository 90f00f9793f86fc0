import { expect, test } from 'vitest';
import { type ErrorCode, fault } from '../../../src/errors.ts';
import { obtainPrograms } from '../../../src/run/choose-servers.ts';
import type { ServerOffer } from '../../../src/throwaway/offers.ts';
import type { ServerPrograms } from '../../../src/throwaway/server-programs.ts';
import { refusalOf } from '../refusal.ts';

const version = { major: 15, minor: 18, text: '15.18' };

function offer(folder: string, failure?: ErrorCode): ServerOffer {
  const programs: ServerPrograms = { version, folder, origin: 'installation' };
  const obtain = () => (failure === undefined ? Promise.resolve(programs) : Promise.reject(fault(failure, folder, '')));
  return { version, origin: 'installation', place: folder, obtain };
}

test.each<readonly [string, readonly [ServerOffer, ...ServerOffer[]], string]>([
  ['the first', [offer('/one'), offer('/two')], '/one'],
  ['the next where packages cannot be fetched', [offer('/one', 'PGR250'), offer('/two')], '/two'],
])('programs come from %s', async (_, offers, folder) => {
  expect(await obtainPrograms(offers)).toMatchObject({ folder });
});

test.each<readonly [string, readonly [ServerOffer, ...ServerOffer[]], ErrorCode]>([
  ['a package that was tampered with', [offer('/one', 'PGR251'), offer('/two')], 'PGR251'],
  ['a folder that was changed', [offer('/one', 'PGR254'), offer('/two')], 'PGR254'],
  ['a cancelled run', [offer('/one', 'PGR600'), offer('/two')], 'PGR600'],
  ['no other place', [offer('/one', 'PGR250')], 'PGR250'],
])('nothing else is tried after %s', async (_, offers, code) => {
  expect(await refusalOf(() => obtainPrograms(offers))).toMatchObject({ code });
});
