/** Enums, domains, composite and range types, and a base type whose functions are the server's own for text. */
export function shopTypes(major: number): string {
  const multirange = major >= 14 ? ', MULTIRANGE_TYPE_NAME = shop.price_ranges' : '';
  return String.raw`
CREATE TYPE shop.order_state AS ENUM ('basket', 'placed', 'paid', 'sent', 'it''s back');
ALTER TYPE shop.order_state ADD VALUE 'refused' BEFORE 'sent';
COMMENT ON TYPE shop.order_state IS 'How far an order has come';

CREATE DOMAIN shop.price AS numeric(12, 2) DEFAULT 0.00 NOT NULL CONSTRAINT price_not_negative CHECK (VALUE >= 0);
COMMENT ON DOMAIN shop.price IS 'An amount in euros';
COMMENT ON CONSTRAINT price_not_negative ON DOMAIN shop.price IS 'Nothing is cheaper than free';
CREATE DOMAIN shop.email AS text CHECK (VALUE ~ '^[^@\s]+@[^@\s]+$');
CREATE DOMAIN shop.short_list AS text[] CHECK (array_length(VALUE, 1) <= 10);
ALTER DOMAIN shop.short_list ADD CONSTRAINT no_holes CHECK (array_position(VALUE, NULL) IS NULL) NOT VALID;

CREATE TYPE shop.address AS (street text, postcode character varying(12), city text COLLATE "C");
COMMENT ON TYPE shop.address IS 'Where a parcel goes';
COMMENT ON COLUMN shop.address.postcode IS 'As it is printed on the parcel';

CREATE TYPE shop.price_range AS RANGE (SUBTYPE = numeric, SUBTYPE_DIFF = numrange_subdiff${multirange});

CREATE TYPE shop.sku;
CREATE FUNCTION shop.sku_in(cstring) RETURNS shop.sku AS 'textin' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION shop.sku_out(shop.sku) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE shop.sku (
  INPUT = shop.sku_in, OUTPUT = shop.sku_out, INTERNALLENGTH = VARIABLE,
  STORAGE = extended, CATEGORY = 'S', COLLATABLE = true
);
COMMENT ON TYPE shop.sku IS 'What is printed on the shelf';

ALTER TYPE shop.order_state OWNER TO shop_owner;
ALTER DOMAIN shop.price OWNER TO shop_owner;
ALTER TYPE shop.address OWNER TO shop_owner;
`;
}
