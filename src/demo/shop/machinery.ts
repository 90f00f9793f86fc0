/**
 * What few databases have and pg_dump knows all the same: a language, a transform, access methods, and foreign data
 * behind a wrapper without code, so that no server build lacks it.
 */
export function shopMachinery(): string {
  return `
CREATE FUNCTION shop.language_call() RETURNS language_handler AS '$libdir/plpgsql', 'plpgsql_call_handler' LANGUAGE c;
CREATE FUNCTION shop.language_inline(internal) RETURNS void AS '$libdir/plpgsql', 'plpgsql_inline_handler' LANGUAGE c STRICT;
CREATE FUNCTION shop.language_check(oid) RETURNS void AS '$libdir/plpgsql', 'plpgsql_validator' LANGUAGE c STRICT;
CREATE TRUSTED LANGUAGE shop_language HANDLER shop.language_call INLINE shop.language_inline VALIDATOR shop.language_check;
COMMENT ON LANGUAGE shop_language IS 'PL/pgSQL by another name';
CREATE FUNCTION shop.in_that_language() RETURNS integer LANGUAGE shop_language AS 'BEGIN RETURN 1; END';

CREATE TRANSFORM FOR shop.address LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
COMMENT ON TRANSFORM FOR shop.address LANGUAGE sql IS 'Never used';

CREATE ACCESS METHOD shop_heap TYPE TABLE HANDLER heap_tableam_handler;
COMMENT ON ACCESS METHOD shop_heap IS 'The usual one';
CREATE ACCESS METHOD shop_tree TYPE INDEX HANDLER bthandler;
CREATE TABLE shop.on_own_heap (id integer, body text) USING shop_heap;

CREATE FOREIGN DATA WRAPPER shop_wrapper OPTIONS (debug 'true', motto 'it''s only a demo');
COMMENT ON FOREIGN DATA WRAPPER shop_wrapper IS 'Without code: nothing can be read through it';
CREATE SERVER shop_warehouse TYPE 'warehouse' VERSION '1.0' FOREIGN DATA WRAPPER shop_wrapper OPTIONS (host 'warehouse.example');
COMMENT ON SERVER shop_warehouse IS 'Does not exist';
ALTER SERVER shop_warehouse OWNER TO shop_owner;
CREATE USER MAPPING FOR shop_clerk SERVER shop_warehouse OPTIONS (user 'clerk');
CREATE USER MAPPING FOR PUBLIC SERVER shop_warehouse;
CREATE FOREIGN TABLE shop.warehouse_stock (
  sku text OPTIONS (column_name 'SKU') NOT NULL, amount integer DEFAULT 0, CHECK (amount >= 0)
) SERVER shop_warehouse OPTIONS (table_name 'stock');
COMMENT ON FOREIGN TABLE shop.warehouse_stock IS 'Somewhere else';
ALTER FOREIGN TABLE shop.warehouse_stock OWNER TO shop_owner;
`;
}
