import { describe, expect, test } from 'vitest';
import { chooseClient } from '../../../src/client/choose.ts';
import type { Installation } from '../../../src/client/installation.ts';
import type { ClientChoice } from '../../../src/config/config.ts';
import { RoundtripError } from '../../../src/errors.ts';
import { fromProgramVersion } from '../../../src/postgres/version.ts';
import { refusalOf } from '../refusal.ts';

const auto: ClientChoice = { kind: 'auto' };
const major = (wanted: number): ClientChoice => ({ kind: 'major', major: wanted });
const path: ClientChoice = { kind: 'path', path: '/my/bin' };

function installed(texts: readonly string[]): readonly Installation[] {
  return texts.map(text => {
    const version = fromProgramVersion(`pg_dump (PostgreSQL) ${text}`);
    if (version === undefined) throw new Error(`${text} is no version`);
    return { kind: 'installed', folder: `/clients/${text}`, version };
  });
}

test.each<readonly [string, readonly string[], ClientChoice, number, string, RegExp]>([
  ['own major', ['13.23', '15.19', '18.6'], auto, 15, '15.19', /: the server's own major$/],
  ['newest minor of it', ['15.18', '15.20', '15.19'], auto, 15, '15.20', /: the server's own major$/],
  ['minors are numbers', ['15.9', '15.10'], auto, 15, '15.10', /own major$/],
  ['nearest newer', ['18.6', '13.23', '17.11'], auto, 15, '17.11', /: the nearest newer one to the server's 15, which/],
  ['only newer', ['18.6'], auto, 10, '18.6', /: the nearest newer one to the server's 10, which cannot be had$/],
  ['a prerelease', ['19beta2'], auto, 19, '19beta2', /own major$/],
  ['a named major', ['15.19', '18.6'], major(18), 15, '18.6', /, as asked$/],
  ['a named folder', ['18.6'], path, 15, '18.6', /, as asked$/],
] as const)('%s', (_, texts, choice, server, chosen, reason) => {
  const client = chooseClient(installed(texts), choice, server);
  expect(client.version.text).toBe(chosen);
  expect(client.reason).toMatch(reason);
  expect(client.reason).toContain(`client ${chosen} from /clients/${chosen}`);
});

test('the list is left as it was', () => {
  const list = Object.freeze(installed(['13.23', '18.6', '15.19']));
  chooseClient(list, auto, 13);
  expect(list.map(one => one.version.text)).toEqual(['13.23', '18.6', '15.19']);
});

describe('what is known of a version', () => {
  test.each<readonly [string, RegExp]>([
    ['12.22', /out of support/],
    ['13.23', /out of support/],
    ['14.23', /below 14\.24,/],
    ['14.24', /^$/],
    ['15.18', /below 15\.19,/],
    ['15.19', /^$/],
    ['16.14', /below 16\.15,/],
    ['16.15', /^$/],
    ['17.10', /below 17\.11,/],
    ['17.11', /^$/],
    ['18.5', /below 18\.6,/],
    ['18.6', /^$/],
    ['18.10', /^$/],
    ['18rc1', /below 18\.6,/],
    ['19.0', /^$/],
  ])('client %s: %s', (text, expected) => {
    expect(chooseClient(installed([text]), auto, 10).warning ?? '').toMatch(expected);
  });
});

describe('without a client that can', () => {
  test.each<readonly [string, readonly string[], ClientChoice, number, RegExp]>([
    ['none', [], auto, 17, /or newer; none is installed, and none can be fetched$/],
    ['only older', ['13.23', '15.19'], auto, 17, /or newer; there are 13\.23, 15\.19$/],
    [
      'the named major is not there',
      ['15.19'],
      major(18),
      17,
      /; a client of major 18 was asked for; there are 15\.19$/,
    ],
    [
      'the named major is too old',
      ['15.19', '18.6'],
      major(15),
      17,
      /a client of major 15 .* there are 15\.19, 18\.6$/,
    ],
    ['the named folder is too old', ['15.19'], path, 17, /there are 15\.19$/],
  ])('%s', (_, texts, choice, server, words) => {
    const attempt = () => chooseClient(installed(texts), choice, server);
    expect(attempt).toThrow(RoundtripError);
    expect(attempt).toThrow(words);
    expect(attempt).toThrow(/^PGR151 the server is PostgreSQL 17 and needs/);
  });

  test('it says what to install', async () => {
    const refusal = await refusalOf(() => chooseClient([], auto, 17));
    expect(refusal?.remedy).toContain('apt-get install postgresql-client-17');
  });
});
