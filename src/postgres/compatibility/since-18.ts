import { parenthesized } from './bare-sql.ts';
import type { Feature, Look } from './feature.ts';

const routines = ['FUNCTION', 'PROCEDURE'];

/** What 18 has brought. */
export const since18: readonly Feature[] = [
  {
    since: 18,
    name: 'a virtual generated column',
    kinds: ['TABLE', 'FOREIGN TABLE'],
    shows: ({ sql }) => hasVirtualColumn(sql),
  },
  { since: 18, name: 'NOT ENFORCED', shows: /\bNOT ENFORCED\b/ },
  { since: 18, name: 'WITHOUT OVERLAPS', kinds: ['CONSTRAINT'], shows: /\bWITHOUT OVERLAPS\b/ },
  { since: 18, name: 'a temporal foreign key', kinds: ['FK CONSTRAINT'], shows: /, PERIOD \S+\) REFERENCES / },
  {
    since: 18,
    name: 'NOT NULL as a constraint of its own',
    shows: /\bNOT NULL NO INHERIT\b|[(,] (?:CONSTRAINT \S+ )?NOT NULL \S|\bADD (?:CONSTRAINT \S+ )?NOT NULL \S/,
  },
  { since: 18, name: 'a comment on a NOT NULL constraint', kinds: ['COMMENT'], shows: isCommentOnNotNull },
  {
    since: 18,
    name: 'a NOT VALID foreign key of a partitioned table',
    kinds: ['FK CONSTRAINT'],
    shows: /^ALTER TABLE (?!ONLY ).* NOT VALID;?$/,
  },
  { since: 18, name: 'publish_generated_columns', kinds: ['PUBLICATION'], shows: /\bpublish_generated_columns = / },
  {
    since: 18,
    name: 'default privileges of large objects',
    kinds: ['DEFAULT ACL'],
    shows: / ON LARGE OBJECTS /,
    remedy: '`privileges: skip` leaves all grants out',
  },
  {
    since: 18,
    name: 'RETURNING of old or new',
    kinds: routines,
    shows: /\bRETURNING (?:WITH \(|[^;]*\b(?:old|new)\.)/,
  },
  {
    since: 18,
    name: 'the locale PG_UNICODE_FAST',
    kinds: ['COLLATION'],
    shows: ({ entry }) => entry.definition?.includes("'PG_UNICODE_FAST'") ?? false,
  },
  {
    since: 18,
    name: 'statistics of the planner',
    kinds: ['STATISTICS DATA'],
    shows: () => true,
    remedy: 'make the dump without `statistics`: the restore gathers them anew',
  },
  {
    since: 18,
    name: 'names of NOT NULL constraints',
    kinds: ['TABLE', 'FOREIGN TABLE'],
    shows: /[^(,] CONSTRAINT \S+ NOT NULL\b/,
    harmless: true,
  },
];

function hasVirtualColumn(sql: string): boolean {
  return [...sql.matchAll(/\bGENERATED ALWAYS AS (?=\()/g)].some(
    ({ 0: found, index }) => !parenthesized(sql, index + found.length).after.startsWith(' STORED'),
  );
}

/** A constraint that is commented on and that is printed nowhere else is one of NOT NULL: those have entries only in 18. */
function isCommentOnNotNull({ entry, table, all }: Look): boolean {
  const named = /^CONSTRAINT (.+) ON (?!DOMAIN )(\S.*)$/.exec(entry.tag);
  if (named === null || table === undefined) return false;
  const [, quoted = ''] = named;
  const name = quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
  const own = all.some(
    ({ description, namespace, tag }) =>
      description.endsWith('CONSTRAINT') && namespace === table.namespace && tag === `${table.tag} ${name}`,
  );
  const inside = table.definition?.includes(`CONSTRAINT ${quoted} CHECK`) ?? false;
  return !own && !inside;
}
