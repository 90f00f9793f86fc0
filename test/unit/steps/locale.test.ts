import { expect, test } from 'vitest';
import { createDatabaseStatement } from '../../../src/steps/locale.ts';

const libc = {
  encoding: 'UTF8',
  collate: 'de_DE.UTF-8',
  characterType: 'C',
  localeProvider: 'libc',
  locale: undefined,
} as const;
const icu = { ...libc, localeProvider: 'icu', locale: "de-x-'y" } as const;
const builtin = { ...libc, localeProvider: 'builtin', locale: 'C.UTF-8' } as const;

/** The manual of each major, "CREATE DATABASE": LOCALE_PROVIDER and ICU_LOCALE since 15, BUILTIN_LOCALE since 17. */
test.each([
  [libc, 13, ''],
  [libc, 14, ''],
  [libc, 15, ' locale_provider = libc'],
  [libc, 18, ' locale_provider = libc'],
  [icu, 14, ''],
  [icu, 15, ` locale_provider = icu icu_locale = 'de-x-''y'`],
  [icu, 16, ` locale_provider = icu icu_locale = 'de-x-''y'`],
  [icu, 18, ` locale_provider = icu icu_locale = 'de-x-''y'`],
  [builtin, 14, ''],
  [builtin, 15, ' locale_provider = libc'],
  [builtin, 16, ' locale_provider = libc'],
  [builtin, 17, ` locale_provider = builtin builtin_locale = 'C.UTF-8'`],
  [{ ...icu, locale: undefined }, 15, ' locale_provider = icu'],
] as const)('%j on %i', (source, major, provider) => {
  expect(createDatabaseStatement('the "copy"', source, major)).toBe(
    `create database "the ""copy""" with template = template0 encoding = 'UTF8' lc_collate = 'de_DE.UTF-8' lc_ctype = 'C'${provider}`,
  );
});

test('an owner is named last', () => {
  expect(createDatabaseStatement('copy', libc, 13, { owner: 'Ann' })).toMatch(/ lc_ctype = 'C' owner = "Ann"$/);
});
