import type { Feature } from './feature.ts';

const routines = ['FUNCTION', 'PROCEDURE'];

const subscription = ['SUBSCRIPTION'];

/** What 15 has brought. */
export const since15: readonly Feature[] = [
  { since: 15, name: 'NULLS NOT DISTINCT', kinds: ['CONSTRAINT', 'INDEX'], shows: /\bNULLS NOT DISTINCT\b/ },
  { since: 15, name: 'security_invoker', kinds: ['VIEW'], shows: /\bWITH \([^()]*\bsecurity_invoker=/ },
  { since: 15, name: 'a publication of a schema', kinds: ['PUBLICATION TABLES IN SCHEMA'], shows: () => true },
  {
    since: 15,
    name: 'a publication of chosen rows or columns',
    kinds: ['PUBLICATION TABLE'],
    shows: /\bADD TABLE ONLY \S+ (?:\(|WHERE\b)/,
  },
  {
    since: 15,
    name: 'ON DELETE SET of chosen columns',
    kinds: ['FK CONSTRAINT'],
    shows: /\bON DELETE SET (?:NULL|DEFAULT) \(/,
  },
  { since: 15, name: 'a numeric whose scale is negative or above its precision', shows: ({ sql }) => oddScale(sql) },
  {
    since: 15,
    name: 'an unlogged sequence, or one of an unlogged table that is logged',
    shows: /\bCREATE UNLOGGED SEQUENCE\b|\bSEQUENCE NAME \S+ (?:UN)?LOGGED\b/,
  },
  { since: 15, name: 'MERGE', kinds: routines, shows: /\bMERGE INTO\b/ },
  {
    since: 15,
    name: 'a subscription option (two_phase, disable_on_error)',
    kinds: subscription,
    shows: /\b(?:two_phase|disable_on_error) = /,
  },
];

function oddScale(sql: string): boolean {
  return [...sql.matchAll(/\bnumeric\((\d+),(-?\d+)\)/g)].some(
    ([, precision, scale]) => Number(scale) < 0 || Number(scale) > Number(precision),
  );
}
