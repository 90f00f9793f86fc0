/** Functions, procedures and aggregates, in SQL, in SQL's standard form (14 and newer) and in PL/pgSQL. */
export function shopFunctions(major: number): string {
  const standardBody = (type: string, body: string) =>
    major >= 14 ? `RETURN ${body}` : `LANGUAGE sql AS $$ SELECT (${body})::${type} $$`;
  return String.raw`
SET ROLE shop_owner;
CREATE FUNCTION shop.vat(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric
  IMMUTABLE PARALLEL SAFE COST 5 ${standardBody('numeric', 'round(net * rate, 2)')};
COMMENT ON FUNCTION shop.vat(numeric, numeric) IS 'For the tax office';

CREATE FUNCTION shop.vat(net integer) RETURNS integer LANGUAGE sql STRICT STABLE AS 'SELECT net / 5';

CREATE FUNCTION shop.sold(since timestamp with time zone, OUT product integer, OUT amount bigint) RETURNS SETOF record
  LANGUAGE sql STABLE ROWS 50 AS $body$
  SELECT l.product, sum(l.amount) FROM shop.order_lines l JOIN shop.orders o ON o.id = l.order_id
  WHERE o.placed >= since GROUP BY l.product ORDER BY 1
$body$;

CREATE FUNCTION shop.shelf(VARIADIC titles text[]) RETURNS TABLE (place integer, title text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'pg_catalog', 'shop' SET work_mem TO '8MB' AS $function$
BEGIN
  -- The text of a function may hold anything: $$ , \n, \\, 'quotes', "more", umlauts äöü and \.
  FOR place IN 1 .. coalesce(array_length(titles, 1), 0) LOOP
    title := E'\t' || titles[place];
    RETURN NEXT;
  END LOOP;
END
$function$;

CREATE FUNCTION shop.first_of(anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1[1]';

CREATE PROCEDURE shop.close_orders(before timestamp with time zone, INOUT closed integer DEFAULT 0)
  LANGUAGE plpgsql AS $$
BEGIN
  UPDATE shop.orders SET state = 'sent' WHERE placed < before AND state = 'paid';
  GET DIAGNOSTICS closed = ROW_COUNT;
END
$$;
COMMENT ON PROCEDURE shop.close_orders(timestamp with time zone, integer) IS 'At the end of the day';

CREATE FUNCTION shop.longer(text, text) RETURNS text LANGUAGE sql IMMUTABLE
  AS 'SELECT CASE WHEN length($2) > length($1) THEN $2 ELSE $1 END';
CREATE AGGREGATE shop.longest(text) (SFUNC = shop.longer, STYPE = text, INITCOND = '', PARALLEL = SAFE, COMBINEFUNC = shop.longer);
COMMENT ON AGGREGATE shop.longest(text) IS 'The longest text';
${standardProcedure(major)}
RESET ROLE;

-- Only a superuser may make these two.
ALTER FUNCTION shop.vat(integer) LEAKPROOF;
CREATE AGGREGATE shop.middle(double precision ORDER BY anyelement) (
  SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA
);
`;
}

function standardProcedure(major: number): string {
  if (major < 14) return '';
  return `
CREATE PROCEDURE shop.forget_baskets(upto integer) LANGUAGE sql BEGIN ATOMIC
  DELETE FROM shop.baskets WHERE baskets.id <= upto;
  INSERT INTO shop.no_rows SELECT 1 WHERE false;
END;`;
}
