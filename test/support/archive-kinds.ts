/** What pg_dump calls its kinds of entries, with the server major from which on the shop has them. */
export const shopKinds: Readonly<Record<string, number>> = {
  'ACCESS METHOD': 13,
  ACL: 13,
  AGGREGATE: 13,
  BLOB: 13,
  BLOBS: 13,
  CAST: 13,
  'CHECK CONSTRAINT': 13,
  COLLATION: 13,
  COMMENT: 13,
  CONSTRAINT: 13,
  CONVERSION: 13,
  DATABASE: 13,
  'DATABASE PROPERTIES': 13,
  DEFAULT: 13,
  'DEFAULT ACL': 13,
  DOMAIN: 13,
  'EVENT TRIGGER': 13,
  EXTENSION: 13,
  'FK CONSTRAINT': 13,
  'FOREIGN DATA WRAPPER': 13,
  'FOREIGN TABLE': 13,
  FUNCTION: 13,
  INDEX: 13,
  'INDEX ATTACH': 13,
  'MATERIALIZED VIEW': 13,
  'MATERIALIZED VIEW DATA': 13,
  OPERATOR: 13,
  'OPERATOR CLASS': 13,
  'OPERATOR FAMILY': 13,
  POLICY: 13,
  'PROCEDURAL LANGUAGE': 13,
  PROCEDURE: 13,
  PUBLICATION: 13,
  'PUBLICATION TABLE': 13,
  'PUBLICATION TABLES IN SCHEMA': 15,
  'ROW SECURITY': 13,
  RULE: 13,
  SCHEMA: 13,
  SEQUENCE: 13,
  'SEQUENCE OWNED BY': 13,
  'SEQUENCE SET': 13,
  SERVER: 13,
  'SHELL TYPE': 13,
  STATISTICS: 13,
  TABLE: 13,
  'TABLE ATTACH': 13,
  'TABLE DATA': 13,
  'TEXT SEARCH CONFIGURATION': 13,
  'TEXT SEARCH DICTIONARY': 13,
  'TEXT SEARCH PARSER': 13,
  'TEXT SEARCH TEMPLATE': 13,
  TRANSFORM: 13,
  TRIGGER: 13,
  TYPE: 13,
  'USER MAPPING': 13,
  VIEW: 13,
};

/** Kinds that pg_dump 15 knows and the shop lacks: each needs what a throwaway server does not have. */
export const kindsOutsideTheShop: readonly string[] = [
  'SECURITY LABEL', // needs a provider, a shared library loaded at start
  'SUBSCRIPTION', // keeps its database from being dropped; made separately
];

/** How many entries of each kind `pg_restore --list` names; an entry of an unknown kind counts as `?`. */
export function countKinds(list: string): ReadonlyMap<string, number> {
  const known = [...Object.keys(shopKinds), ...kindsOutsideTheShop].toSorted((a, b) => b.length - a.length);
  const counts = new Map<string, number>();
  for (const [, entry = ''] of list.matchAll(/^\d+; \d+ \d+ (.*)$/gm)) {
    const kind = known.find(name => entry.startsWith(`${name} `)) ?? `? ${entry}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
