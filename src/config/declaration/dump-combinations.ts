import { absent, type Combination, given, notOneOf, oneOf } from '../schema/combinations.ts';

const single = { 'single-file': given };

/** Keys of `dump` that do not go together. */
export const dumpKeyCombinations: readonly Combination[] = [
  {
    of: { compress: notOneOf('auto', 'none', '0'), format: oneOf('tar') },
    why: 'the tar format is never compressed',
    instead: 'remove compress, or write format: custom',
  },
  {
    of: { create: given, 'data-only': given },
    why: 'rows alone are dumped, and so no database',
    instead: 'remove create, or dump the definitions too',
  },
  {
    of: { 'disable-triggers': given, 'data-only': absent },
    why: 'pg_dump disables triggers only where rows alone are dumped',
    instead: 'add data-only: true, or remove it',
  },
  {
    of: { 'role-passwords': given, globals: absent },
    why: 'no globals are dumped',
    instead: 'add globals: true',
  },
  ...(['databases', 'include', 'exclude', 'single-file', 'snapshot'] as const).map(
    (key): Combination => ({
      of: { [key]: key === 'include' || key === 'exclude' ? filled : given, globals: oneOf('only') },
      why: 'globals: only dumps no database',
      instead: 'write globals: true, or remove it',
    }),
  ),
  {
    of: { ...single, format: notOneOf('plain') },
    why: 'only plain dumps can be put together',
    instead: 'write format: plain',
  },
  {
    of: { ...single, globals: notOneOf(true) },
    why: 'one file for the whole cluster begins with its roles',
    instead: 'write globals: true',
  },
  {
    of: { ...single, compress: notOneOf('auto', 'none', '0') },
    why: 'the parts of a single file are not compressed',
    instead: 'remove compress; publishing packs the dump set anyway',
  },
  ...(['data-only', 'section', 'clean'] as const).map(
    (key): Combination => ({
      of: { [key]: given, ...single },
      why: 'a single file makes each database anew and whole',
      instead: `remove ${key}, or single-file`,
    }),
  ),
];

/** A map of filters with any of them. */
function filled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some(given);
}
