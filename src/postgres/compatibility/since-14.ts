import type { Feature, Look } from './feature.ts';

const routines = ['FUNCTION', 'PROCEDURE'];

const subscription = ['SUBSCRIPTION'];

/** What 14 has brought. */
export const since14: readonly Feature[] = [
  { since: 14, name: 'a multirange type', shows: usesType(/(?:int4|int8|num|ts|tstz|date)multirange/) },
  {
    since: 14,
    name: 'a range type, which has a multirange type beside it',
    kinds: ['TYPE'],
    shows: /\bAS RANGE \(.*\bmultirange_type_name = /,
  },
  {
    since: 14,
    name: 'compression of a column',
    shows: /\bALTER COLUMN \S+ SET COMPRESSION\b/,
    remedy: '`flags: { no-toast-compression: true }` on the dump leaves it out',
  },
  { since: 14, name: 'a body of standard SQL', kinds: routines, shows: /(?<![(,] ?)\b(?:BEGIN ATOMIC|RETURN)\b/ },
  { since: 14, name: 'an OUT argument of a procedure', kinds: ['PROCEDURE'], shows: /[(,] ?OUT\b/ },
  { since: 14, name: 'statistics of an expression', kinds: ['STATISTICS'], shows: /\bON .*\(.*\bFROM\b/ },
  { since: 14, name: 'SUBSTRING … SIMILAR', shows: /\bSUBSTRING\(.* SIMILAR (?!TO\b)/ },
  { since: 14, name: 'an alias of JOIN … USING', shows: /\bUSING \([^()]*\) AS / },
  { since: 14, name: 'GROUP BY DISTINCT', shows: /\bGROUP BY DISTINCT\b/ },
  {
    since: 14,
    name: 'SEARCH or CYCLE of a recursive query',
    shows: /\) (?:SEARCH (?:DEPTH|BREADTH) FIRST BY|CYCLE [^()]* SET) /,
  },
  {
    since: 14,
    name: 'a BRIN operator class for bloom or minmax-multi',
    kinds: ['INDEX'],
    shows: /\bUSING brin \(.*_(?:bloom|minmax_multi)_ops\b/,
  },
  { since: 14, name: 'INCLUDE of an SP-GiST index', kinds: ['INDEX'], shows: /\bUSING spgist \(.*\) INCLUDE \(/ },
  {
    since: 14,
    name: 'a subscription option (binary, streaming)',
    kinds: subscription,
    shows: /\b(?:binary|streaming) = /,
  },
];

/** Where a type can stand: behind the name of a column, argument or domain, or in a cast. */
function usesType(type: RegExp): (look: Look) => boolean {
  const cast = new RegExp(`::(?:${type.source})\\b`);
  const column = new RegExp(`(?<!\\b(?:CONSTRAINT|AS))(?<=[\\w"]) (?:${type.source})\\b`);
  const argument = new RegExp(`[( ](?:${type.source})\\b`);
  return ({ entry, sql }) => {
    if (cast.test(sql)) return true;
    if (['TABLE', 'FOREIGN TABLE', 'TYPE'].includes(entry.description)) return column.test(sql);
    return (
      ['FUNCTION', 'PROCEDURE', 'AGGREGATE', 'OPERATOR', 'CAST', 'DOMAIN'].includes(entry.description) &&
      argument.test(sql)
    );
  };
}
