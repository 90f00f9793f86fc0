/** Large objects: empty, small, of many pages; with owner, comment and grants. Their numbers are fixed. */
export function shopLargeObjects(): string {
  return String.raw`
SELECT lo_from_bytea(4200001, ''), lo_from_bytea(4200002, '\x00ff5c2e0a0d09'),
  lo_from_bytea(4200003, (
    SELECT string_agg(sha256(convert_to('page ' || i, 'UTF8')), '' ORDER BY i) FROM generate_series(1, 9000) AS i
  ));
-- A hole: what was never written reads as zeros.
SELECT lo_create(4200004), lo_put(4200004, 100000, '\x656e64');
ALTER LARGE OBJECT 4200002 OWNER TO shop_owner;
COMMENT ON LARGE OBJECT 4200002 IS 'Seven bytes';
GRANT SELECT ON LARGE OBJECT 4200002 TO shop_reader;
GRANT SELECT, UPDATE ON LARGE OBJECT 4200003 TO shop_clerk, PUBLIC;
`;
}
