/** Some thousand rows, computed: the same on each machine and each day. Everybody in them is numbered, not named. */
export function shopRows(): string {
  return String.raw`
INSERT INTO shop.categories (parent, title)
  SELECT CASE WHEN i > 5 THEN 1 + i % 5 END, 'Category ' || i FROM generate_series(1, 25) AS i;
INSERT INTO shop.customers (name, email, address, newsletter, since, preferences, interests)
  SELECT 'Customer ' || i,
    CASE WHEN i % 7 > 0 THEN 'customer' || i || '@example.test' END,
    CASE WHEN i % 5 > 0 THEN ROW('Street ' || i % 40, lpad((i * 37 % 99999)::text, 5, '0'), 'Town ' || i % 12)::shop.address END,
    i % 3 = 0, date '2020-01-01' + i * 2,
    jsonb_build_object('language', (ARRAY['de', 'en', 'fr'])[1 + i % 3], 'visits', i % 17),
    CASE WHEN i % 4 > 0 THEN (ARRAY['tea', 'books', 'maps'])[1:i % 4] END
  FROM generate_series(1, 500) AS i;
INSERT INTO shop.products (sku, category, title, description, price, usual_price, picture, attributes)
  SELECT ('SKU-' || lpad(i::text, 4, '0'))::shop.sku, 1 + i * 7 % 25, 'Product ' || i, repeat('Good. ', i % 50),
    (i * 31 % 10000) / 100.0, shop.price_range((i % 50)::numeric, (i % 50 + 10)::numeric),
    CASE WHEN i % 4 = 0 THEN sha256(convert_to(i::text, 'UTF8')) END, jsonb_build_object('stock', i % 90, 'colour', NULL)
  FROM generate_series(1, 250) AS i;
INSERT INTO shop.orders (customer, state, placed, note)
  SELECT CASE WHEN i % 11 > 0 THEN 1000 + i * 13 % 500 END,
    (ARRAY['basket', 'placed', 'paid', 'sent', 'it''s back']::shop.order_state[])[1 + i % 5],
    CASE WHEN i % 5 > 0 THEN timestamptz '2023-11-01 08:00:00+00' + i * interval '5 hours 17 minutes' END,
    CASE i % 10 WHEN 0 THEN '' WHEN 1 THEN E'leave it\tat the door\n' END
  FROM generate_series(1, 1500) AS i;
INSERT INTO shop.order_lines (order_id, line, product, amount, price)
  SELECT o, l, 1 + 2 * (o * l * 7 % 250), 1 + (o + l) % 12, (o * l % 5000) / 100.0
  FROM generate_series(1, 1500) AS o, generate_series(1, 3) AS l WHERE l <= 1 + o % 3;
INSERT INTO shop.returns SELECT order_id, line, 'Too ' || CASE WHEN order_id % 2 = 0 THEN 'small' ELSE 'big' END
  FROM shop.order_lines WHERE order_id % 25 = 0 AND line = 1;
INSERT INTO shop.departments SELECT 'D' || i FROM generate_series(1, 4) AS i;
INSERT INTO shop.staff (id, department, chief)
  SELECT i, 'D' || 1 + i % 4, CASE WHEN i > 1 THEN i / 2 END FROM generate_series(1, 40) AS i;
UPDATE shop.departments SET head = substring(code FROM 2)::integer;
INSERT INTO shop.bookings SELECT int4range(r, r + 1),
    tsrange(timestamp '2024-05-01' + d * interval '1 day', timestamp '2024-05-01 20:00' + d * interval '1 day')
  FROM generate_series(1, 5) AS r, generate_series(0, 19) AS d;
INSERT INTO shop.promotions SELECT 1 + 2 * i, daterange('2024-01-01', NULL), i / 1000.0 FROM generate_series(0, 60) AS i;
INSERT INTO shop.notes (id, body) SELECT i, 'Note ' || i FROM generate_series(1, 50) AS i;
INSERT INTO shop.product_notes (id, product) SELECT 100 + i, 1 + 2 * i FROM generate_series(1, 50) AS i;
INSERT INTO shop.baskets SELECT i, jsonb_build_array(i, i * 2) FROM generate_series(1, 100) AS i;
INSERT INTO shop.address_book SELECT 'Street ' || i, lpad(i::text, 5, '0'), 'Town' FROM generate_series(1, 20) AS i;
INSERT INTO shop.no_columns DEFAULT VALUES;
INSERT INTO shop.no_columns DEFAULT VALUES;
INSERT INTO shop.movements (moved, country, product, amount)
  SELECT timestamptz '2023-06-01 00:00:00+00' + i * interval '23 hours', (ARRAY['DE', 'AT', 'CH', 'FR', 'NP'])[1 + i % 5],
    1 + 2 * (i % 250), CASE WHEN i % 3 = 0 THEN -1 ELSE 1 + i % 9 END
  FROM generate_series(0, 1399) AS i;
INSERT INTO shop.visits SELECT i, '/page/' || i % 30 FROM generate_series(1, 600) AS i;
INSERT INTO shop.opinions SELECT 1 + 2 * i, (ARRAY[1, 2, 4, 5, NULL])[1 + i % 5], repeat('very ', i % 9) || 'good'
  FROM generate_series(0, 199) AS i;
INSERT INTO archive.opinions_old SELECT i, 3, 'so so' FROM generate_series(1, 10) AS i;
INSERT INTO shop.on_own_heap SELECT i, 'Row ' || i FROM generate_series(1, 10) AS i;

-- Positions that differ from what the rows would suggest.
SELECT setval('shop.order_number', 777770), setval('shop.countdown', -500), setval('shop.never_called', 43, false),
  setval('shop.orders_id_seq', 5000), setval('shop.categories_id_seq', 100, false);
SELECT setval(pg_get_serial_sequence('shop.customers', 'id'), 9999),
  setval(pg_get_serial_sequence('shop.products', 'id'), 2001, false);
REFRESH MATERIALIZED VIEW shop.sales;
REFRESH MATERIALIZED VIEW shop.best_sales;
`;
}
