import { describe, expect, test } from 'vitest';
import { fromProgramVersion } from '../../../src/postgres/version.ts';
import { rankOffers, type ServerOffer } from '../../../src/throwaway/offers.ts';
import { refusalOf } from '../refusal.ts';

/** An offer as `15.18 sealed`. */
function offer(text: string): ServerOffer {
  const [number = '', origin] = text.split(' ');
  const version = fromProgramVersion(`postgres (PostgreSQL) ${number}`);
  if (version === undefined || (origin !== 'installation' && origin !== 'sealed' && origin !== 'npm'))
    throw new Error(`${text} is no offer`);
  return { version, origin, place: text, obtain: () => Promise.reject(new Error('nothing is obtained here')) };
}

test.each<readonly [string, readonly string[], number | undefined, readonly string[], boolean]>([
  ['the very major', ['13.23 sealed', '15.20 sealed', '17.12 sealed'], 15, ['15.20 sealed'], true],
  [
    'of one major: installed, then locked, then of npm',
    ['15.18 npm', '15.20 sealed', '15.17 installation'],
    15,
    ['15.17 installation', '15.20 sealed', '15.18 npm'],
    true,
  ],
  [
    'the newest minor',
    ['15.9 installation', '15.10 installation'],
    15,
    ['15.10 installation', '15.9 installation'],
    true,
  ],
  ['the very major of npm before a newer one', ['15.20 installation', '14.23 npm'], 14, ['14.23 npm'], true],
  ['the nearest newer one', ['13.23 sealed', '17.12 sealed', '18.6 sealed'], 16, ['17.12 sealed'], false],
  ['a prerelease, if it is asked for', ['18.6 sealed', '19rc1 sealed'], 19, ['19rc1 sealed'], true],
  [
    'the newest that is released',
    ['15.20 installation', '18.6 sealed', '19rc1 sealed'],
    undefined,
    ['18.6 sealed'],
    false,
  ],
])('%s', (_, offers, wanted, expected, exact) => {
  const ranked = rankOffers(offers.map(offer), wanted);
  expect(ranked.offers.map(({ place }) => place)).toEqual(expected);
  expect(ranked.exact).toBe(exact);
  expect(expected[0]).toContain(ranked.version.text);
});

describe('without an offer', () => {
  test.each<readonly [string, readonly string[], number | undefined, RegExp, RegExp]>([
    [
      'of the major or newer',
      ['13.23 npm', '15.20 sealed'],
      17,
      /of major 17 or newer .*; there are 13\.23, 15\.20$/,
      /Postgres 17/,
    ],
    ['at all', [], 17, /of major 17 or newer can be had here$/, /Postgres 17/],
    ['at all, for any', [], undefined, /^no programs for a throwaway server can be had here$/, /a Postgres server/],
  ])('%s', async (_, offers, wanted, message, remedy) => {
    expect(await refusalOf(() => rankOffers(offers.map(offer), wanted))).toMatchObject({
      code: 'PGR153',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });
});
