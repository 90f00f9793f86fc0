/** A table with a column of every built-in type that a column can have, `money` and the internal ones left out. */
export function shopEveryType(major: number): string {
  return `
CREATE TABLE shop.every_type (
  id integer PRIMARY KEY,
  small smallint, whole integer, big bigint, exact numeric, scaled numeric(20, 6), single real, "double" double precision,
  yes boolean, letters text, limited character varying(20), padded character(10), one "char", identifier name, bytes bytea,
  day date, clock time, clock_zone time with time zone, moment timestamp, moment_zone timestamp with time zone,
  rounded timestamp(3) with time zone, span interval, months interval year to month,
  unique_id uuid, host inet, network cidr, card macaddr, long_card macaddr8,
  bits bit(5), more_bits bit varying, document json, binary_document jsonb, path_expression jsonpath,
  words tsvector, query tsquery,
  a_point point, a_line line, a_segment lseg, a_box box, a_path path, a_polygon polygon, a_circle circle,
  numbers int4range, amounts numrange, times tstzrange, days daterange,
  list integer[], table_of_texts text[][], states shop.order_state[], addresses shop.address[],
  log_position pg_lsn, object oid, relation regclass, parcel shop.address, usual shop.price_range, label shop.sku
);
COMMENT ON TABLE shop.every_type IS 'One column of each type';
${major >= 14 ? 'ALTER TABLE shop.every_type ADD COLUMN many_ranges int4multirange, ADD COLUMN many_prices shop.price_ranges;' : ''}
DO $xml$
BEGIN
  PERFORM xmlparse(DOCUMENT '<a/>'); -- fails where the server was built without XML
  ALTER TABLE shop.every_type ADD COLUMN markup xml;
EXCEPTION WHEN feature_not_supported THEN
  NULL;
END
$xml$;
`;
}

/** Ordinary values, the edges of each type, and no values at all. */
export function shopEveryTypeData(major: number): string {
  const infinite = major >= 14 ? `'-Infinity'` : `'NaN'`;
  return String.raw`
INSERT INTO shop.every_type VALUES (
  1, 12, -345, 6789012345, 1.10, 0.000001, 0.1, 0.1::double precision + 0.2,
  true, 'text', 'limited', 'padded', 'x', 'a_name', '\x00ff5c0a',
  '2024-02-29', '23:59:59.999999', '12:00:00+05:45', '2024-06-01 12:00:00.000001', '2024-06-01 12:00:00.1+02',
  '2024-06-01 12:00:00.12345+00', '1 year -2 mons 3 days -04:05:06.789', '3 years 2 mons',
  '0123e456-7890-4bcd-8ef0-123456789abc', '192.0.2.1/24', '2001:db8::/32', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
  B'10110', B'1', '{"b": 1,  "a": [1, 2], "b": 2}', '{"b": 1,  "a": [1.10, null]}', '$.a[*] ? (@ > 1)',
  'fat:1A cat:2,3', 'fat & !cat <-> dog',
  '(1.5,-2)', '{1,-1,0}', '[(0,0),(1,1)]', '((1,1),(0,0))', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(0,0),1.5>',
  '[1,10)', '(1.5,)', '["2024-01-01 00:00:00+00","2024-02-01 00:00:00+00")', '[2024-01-01,2024-12-31]',
  '[0:2]={1,NULL,3}', '{{"a","b,c"},{"\"quoted\"",NULL}}', '{basket,"it''s back"}',
  ARRAY[ROW('Some Street 1', '01234', 'Sometown'), ROW(NULL, '', 'a,b"c\d')]::shop.address[],
  '16/B374D848', 4294967295, 'shop.customers', ROW('Other Street 2', '99999', E'two\nlines'), '[1.00,2.50]', 'A-1'
);
INSERT INTO shop.every_type (
  id, small, whole, big, exact, single, "double", letters, limited, padded, one, bytes, day, clock, clock_zone, moment,
  moment_zone, span, host, network, bits, more_bits, document, binary_document, words, numbers, days, list, table_of_texts
) VALUES
  (2, -32768, -2147483648, -9223372036854775808, 'NaN', 'NaN', '-0', '', '', '', '', '', '-infinity', '00:00', '00:00+15:59',
   '-infinity', '-infinity', '-178000000 years', '::', '0.0.0.0/0', B'00000', B'', '""', 'null', '', 'empty', 'empty', '{}', '{}'),
  (3, 32767, 2147483647, 9223372036854775807, ${infinite}, 'Infinity', '-Infinity', E'\\N', E'\\.', ' ', '\', '\x5c2e0a',
   'infinity', '24:00', '24:00-15:59', 'infinity', 'infinity', '178000000 years', '::ffff:192.0.2.1', '::/0', B'11111',
   repeat('01', 100)::bit varying, '[]', '[]', '''it''''s'':1', '(,)', '(,)', '{NULL}', '{"NULL",NULL,""," ","\\"}'),
  (4, 0, 0, 0, 1e-300, 1e-45, 5e-324, E'\t', E'\n', E'\r', 'z', decode(repeat('00', 3000), 'hex'),
   '4713-01-01 BC', '00:00:00.000001', '00:00:00-00', '4713-01-01 00:00:00 BC', '4713-01-01 00:00:00+00 BC', '0',
   '127.0.0.1', '10.0.0.0/8', B'00001', B'0', '1e400', '-0.00', 'a', '[5,5]', '[2024-02-29,2024-03-01)', '{{1,2},{3,4}}', '{e}');
INSERT INTO shop.every_type (id) VALUES (5);
${major >= 14 ? `UPDATE shop.every_type SET many_ranges = '{[1,3),[5,9)}', many_prices = '{}' WHERE id = 1;` : ''}
DO $xml$
BEGIN
  UPDATE shop.every_type SET markup = xmlparse(CONTENT '<a b="c">d &amp; e</a><!-- two roots --><f/>') WHERE id = 1;
EXCEPTION WHEN undefined_column THEN
  NULL;
END
$xml$;
`;
}
