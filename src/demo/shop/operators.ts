/** Operators, an operator family with a class, casts. */
export function shopOperators(): string {
  const comparisons = [
    ['<', 'text_lt', '>', '>=', 'scalarltsel', 'scalarltjoinsel'],
    ['<=', 'text_le', '>=', '>', 'scalarlesel', 'scalarlejoinsel'],
    ['=', 'texteq', '=', '<>', 'eqsel', 'eqjoinsel'],
    ['<>', 'textne', '<>', '=', 'neqsel', 'neqjoinsel'],
    ['>=', 'text_ge', '<=', '<', 'scalargesel', 'scalargejoinsel'],
    ['>', 'text_gt', '<', '<=', 'scalargtsel', 'scalargtjoinsel'],
  ] as const;
  const operators = comparisons.map(
    ([sign, source, commutator, negator, restrict, join], index) => `
CREATE FUNCTION shop.sku_compare_${index}(shop.sku, shop.sku) RETURNS boolean
  AS '${source}' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR shop.${sign} (
  LEFTARG = shop.sku, RIGHTARG = shop.sku, FUNCTION = shop.sku_compare_${index},
  COMMUTATOR = OPERATOR(shop.${commutator}), NEGATOR = OPERATOR(shop.${negator}),
  RESTRICT = ${restrict}, JOIN = ${join}
);`,
  );
  return `${operators.join('')}
COMMENT ON OPERATOR shop.= (shop.sku, shop.sku) IS 'The same article';
CREATE FUNCTION shop.sku_order(shop.sku, shop.sku) RETURNS integer
  AS 'bttextcmp' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR FAMILY shop.sku_family USING btree;
COMMENT ON OPERATOR FAMILY shop.sku_family USING btree IS 'All orders of articles';
CREATE OPERATOR CLASS shop.sku_ops DEFAULT FOR TYPE shop.sku USING btree FAMILY shop.sku_family AS
  OPERATOR 1 shop.<, OPERATOR 2 shop.<=, OPERATOR 3 shop.=, OPERATOR 4 shop.>=, OPERATOR 5 shop.>,
  FUNCTION 1 shop.sku_order(shop.sku, shop.sku);
COMMENT ON OPERATOR CLASS shop.sku_ops USING btree IS 'By their letters';
CREATE OPERATOR FAMILY shop.lonely_family USING hash;

CREATE FUNCTION shop.address_line(shop.address) RETURNS text
  AS $$ SELECT concat_ws(', ', ($1).street, ($1).postcode, ($1).city) $$ LANGUAGE sql IMMUTABLE;
CREATE CAST (shop.sku AS text) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (text AS shop.sku) WITH INOUT AS ASSIGNMENT;
CREATE CAST (shop.address AS text) WITH FUNCTION shop.address_line(shop.address);
COMMENT ON CAST (shop.address AS text) IS 'On one line';

CREATE FUNCTION shop.near(numeric, numeric) RETURNS boolean
  AS $$ SELECT abs($1 - $2) < 0.01 $$ LANGUAGE sql IMMUTABLE STRICT;
CREATE OPERATOR shop.~=~ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = shop.near, COMMUTATOR = OPERATOR(shop.~=~));
CREATE FUNCTION shop.half(numeric) RETURNS numeric AS $$ SELECT $1 / 2 $$ LANGUAGE sql IMMUTABLE STRICT;
CREATE OPERATOR shop.!/ (RIGHTARG = numeric, FUNCTION = shop.half);
`;
}
