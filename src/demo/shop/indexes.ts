import { withExtension } from './cluster.ts';

/** One index of each kind. */
export function shopIndexes(): string {
  return `
CREATE INDEX orders_open ON shop.orders (placed DESC NULLS LAST) WHERE state IN ('basket', 'placed');
COMMENT ON INDEX shop.orders_open IS 'What is to be done';
CREATE UNIQUE INDEX customers_by_lower_email ON shop.customers (lower(email)) INCLUDE (name);
CREATE INDEX customers_by_city ON shop.customers (((address).city) text_pattern_ops, (preferences ->> 'language'));
ALTER INDEX shop.customers_by_city ALTER COLUMN 2 SET STATISTICS 200;
CREATE INDEX customers_preferences ON shop.customers USING gin (preferences jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX customers_words ON shop.customers USING gin (words);
CREATE INDEX orders_by_time ON shop.orders USING brin (placed) WITH (pages_per_range = 16);
CREATE INDEX orders_by_customer ON shop.orders USING hash (customer);
CREATE INDEX products_by_price ON shop.products USING gist (usual_price);
CREATE INDEX products_by_title ON shop.products USING spgist (title);
CREATE INDEX products_by_sku ON shop.products (sku shop.sku_ops DESC) WITH (fillfactor = 70);
CREATE INDEX customers_german ON shop.customers (name COLLATE "C" DESC);
${withExtension('pg_trgm', 'CREATE INDEX products_trigrams ON shop.products USING gin (title public.gin_trgm_ops);')}
`;
}
