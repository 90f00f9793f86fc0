import type { Feature } from './feature.ts';

const routines = ['FUNCTION', 'PROCEDURE'];

/** What a major has taken away: it stands in the way of restoring into a newer one. */
export const takenAway: readonly Feature[] = [
  {
    until: 14,
    name: 'a postfix operator',
    kinds: ['OPERATOR'],
    shows: ({ sql }) => /\bLEFTARG = /.test(sql) && !/\bRIGHTARG = /.test(sql),
    remedy: 'drop it, and use a function',
  },
  {
    until: 14,
    name: 'a factorial operator',
    kinds: ['VIEW', 'MATERIALIZED VIEW', 'RULE', 'TABLE', 'INDEX'],
    shows: /\(!! |[\w)] !\)/,
    remedy: 'write factorial() instead',
  },
  {
    until: 14,
    name: 'an array function with anyarray',
    kinds: ['AGGREGATE'],
    shows: /(?=.*\bSFUNC = array_(?:append|prepend|cat|remove|replace)\b).*\bSTYPE = anyarray\b/,
    remedy: 'make the aggregate with anycompatible and anycompatiblearray',
  },
  {
    until: 17,
    name: 'an argument whose name has become a keyword',
    kinds: [...routines, 'AGGREGATE'],
    shows:
      /[(,] ?(?:(?:IN|OUT|INOUT|VARIADIC) )?(?:json|json_exists|json_query|json_scalar|json_serialize|json_table|json_value|merge_action) (?!DEFAULT\b)[\w"]/,
    remedy: '`flags: { quote-all-identifiers: true }` on the dump quotes it',
  },
];
