import { expect, test } from 'vitest';
import { primaryFingerprints } from '../../../scripts/lock/keyrings.ts';

const one = `pub:-:4096:1:AAAA:1:::-:::scSC::::::23::0:
fpr:::::::::FIRST:
uid:-::::1::U::Somebody::::::::::0:
sub:-:4096:1:BBBB:1::::::e::::::23:
fpr:::::::::SUBKEY:
`;

test.each([
  ['', []],
  [one, ['FIRST']],
  [`${one}${one.replace('FIRST', 'SECOND')}`, ['FIRST', 'SECOND']],
])('the primary keys of a listing', (listing, expected) => {
  expect(primaryFingerprints(listing)).toEqual(expected);
});
