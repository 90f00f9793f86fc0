/** Text search, collations, a conversion, and extended statistics. */
export function shopSearch(major: number): string {
  return `
CREATE TEXT SEARCH PARSER shop.words (
  START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline
);
COMMENT ON TEXT SEARCH PARSER shop.words IS 'The usual one';
CREATE TEXT SEARCH TEMPLATE shop.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE shop.plain IS 'As it is';
CREATE TEXT SEARCH DICTIONARY shop.lower_case (TEMPLATE = shop.plain, ACCEPT = false);
COMMENT ON TEXT SEARCH DICTIONARY shop.lower_case IS 'Small letters';
CREATE TEXT SEARCH CONFIGURATION shop.titles (PARSER = shop.words);
ALTER TEXT SEARCH CONFIGURATION shop.titles ADD MAPPING FOR asciiword, word, numword WITH shop.lower_case, simple;
COMMENT ON TEXT SEARCH CONFIGURATION shop.titles IS 'For titles';
ALTER TEXT SEARCH DICTIONARY shop.lower_case OWNER TO shop_owner;
ALTER TEXT SEARCH CONFIGURATION shop.titles OWNER TO shop_owner;

CREATE COLLATION shop.bytes (PROVIDER = libc, LOCALE = 'C');
COMMENT ON COLLATION shop.bytes IS 'By bytes';
DO $icu$
BEGIN
  IF EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i') THEN
    CREATE COLLATION shop.phone_book (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
    CREATE COLLATION shop.any_case (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
    CREATE INDEX customers_phone_book ON shop.customers (name COLLATE shop.phone_book);
  END IF;
END
$icu$;

CREATE CONVERSION shop.from_latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION shop.from_latin IS 'For old suppliers';

CREATE STATISTICS shop.line_statistics (ndistinct, dependencies, mcv) ON product, amount FROM shop.order_lines;
${major >= 13 ? 'ALTER STATISTICS shop.line_statistics SET STATISTICS 400;' : ''}
COMMENT ON STATISTICS shop.line_statistics IS 'Some sell in dozens';
${major >= 14 ? 'CREATE STATISTICS shop.month_statistics ON (extract(month FROM since)), newsletter FROM shop.customers;' : ''}
`;
}
