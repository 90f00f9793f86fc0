/** Partitions by range, list and hash, with a default partition, sub-partitions, attached and detached ones. */
export function shopPartitions(): string {
  return `
SET ROLE shop_owner;
CREATE TABLE shop.movements (
  id bigint GENERATED ALWAYS AS IDENTITY,
  moved timestamp with time zone NOT NULL,
  country text NOT NULL,
  product integer REFERENCES shop.products,
  amount integer NOT NULL DEFAULT 1,
  PRIMARY KEY (id, moved, country)
) PARTITION BY RANGE (moved);
COMMENT ON TABLE shop.movements IS 'Into and out of the stock';
CREATE INDEX movements_by_product ON shop.movements (product);
CREATE TABLE shop.movements_2023 PARTITION OF shop.movements FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00:00+00');
CREATE TABLE shop.movements_2024 PARTITION OF shop.movements
  FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00') PARTITION BY LIST (country);
CREATE TABLE shop.movements_2024_near PARTITION OF shop.movements_2024 FOR VALUES IN ('DE', 'AT', 'CH');
CREATE TABLE shop.movements_2024_far PARTITION OF shop.movements_2024 DEFAULT WITH (fillfactor = 80);
CREATE TABLE shop.movements_later PARTITION OF shop.movements DEFAULT;
CREATE INDEX movements_later_only_here ON shop.movements_later (amount);

-- Made by hand in another order of columns, then attached.
CREATE TABLE shop.movements_2025 (
  country text NOT NULL, amount integer NOT NULL DEFAULT 5, id bigint NOT NULL, product integer,
  moved timestamp with time zone NOT NULL,
  CONSTRAINT movements_2025_amount CHECK (amount <> 0)
);
ALTER TABLE shop.movements ATTACH PARTITION shop.movements_2025
  FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');

CREATE TABLE shop.visits (id integer NOT NULL, page text, PRIMARY KEY (id)) PARTITION BY HASH (id);
CREATE TABLE shop.visits_0 PARTITION OF shop.visits FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE shop.visits_1 PARTITION OF shop.visits FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE shop.visits_2 PARTITION OF shop.visits FOR VALUES WITH (MODULUS 3, REMAINDER 2);

CREATE TABLE shop.opinions (product integer, stars integer, words text) PARTITION BY LIST (stars);
CREATE TABLE shop.opinions_good PARTITION OF shop.opinions FOR VALUES IN (4, 5);
CREATE TABLE shop.opinions_bad PARTITION OF shop.opinions FOR VALUES IN (1, 2, NULL);
CREATE TABLE shop.opinions_old PARTITION OF shop.opinions FOR VALUES IN (3);
ALTER TABLE shop.opinions DETACH PARTITION shop.opinions_old;
ALTER TABLE shop.opinions_old SET SCHEMA archive;
CREATE INDEX opinions_by_stars ON ONLY shop.opinions (lower(words)); -- stays invalid, as one partition has none
CREATE INDEX opinions_good_words ON shop.opinions_good (lower(words));
ALTER INDEX shop.opinions_by_stars ATTACH PARTITION shop.opinions_good_words;
RESET ROLE;
`;
}
