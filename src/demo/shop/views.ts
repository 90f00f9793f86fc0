/** Views and materialized views. One of these is filled when the data is there, the other one never. */
export function shopViews(major: number): string {
  const invoker = major >= 15 ? 'security_invoker = true, ' : '';
  return `
SET ROLE shop_owner;
CREATE VIEW shop.open_orders WITH (${invoker}security_barrier = true) AS
  SELECT id, number, customer, state FROM shop.orders WHERE state IN ('basket', 'placed')
  WITH CASCADED CHECK OPTION;
COMMENT ON VIEW shop.open_orders IS 'To be done';
ALTER VIEW shop.open_orders ALTER COLUMN state SET DEFAULT 'placed';

-- Depends on the primary key: pg_dump has to put it behind the constraint.
CREATE VIEW shop.order_totals AS
  SELECT o.*, sum(l.total) AS total FROM shop.orders o LEFT JOIN shop.order_lines l ON l.order_id = o.id GROUP BY o.id;

CREATE RECURSIVE VIEW shop.category_paths (id, path) AS
  SELECT c.id, c.title FROM shop.categories c WHERE c.parent IS NULL
  UNION ALL
  SELECT c.id, p.path || ' > ' || c.title FROM shop.categories c JOIN category_paths p ON p.id = c.parent;
COMMENT ON COLUMN shop.category_paths.path IS 'From the root';

CREATE VIEW shop."Kunden" ("Nummer", "Name & Ort") AS
  SELECT id, name || ', ' || (address).city FROM shop.customers;

CREATE MATERIALIZED VIEW shop.sales AS
  SELECT p.category, count(*) AS lines, sum(l.total) AS total
  FROM shop.order_lines l JOIN shop.products p ON p.id = l.product GROUP BY p.category
  WITH NO DATA;
CREATE UNIQUE INDEX sales_by_category ON shop.sales (category);
COMMENT ON MATERIALIZED VIEW shop.sales IS 'Filled';
CREATE MATERIALIZED VIEW shop.best_sales WITH (fillfactor = 50) AS
  SELECT category, total FROM shop.sales WHERE total > 1000 WITH NO DATA;
CREATE MATERIALIZED VIEW archive.never_filled AS SELECT id, name FROM shop.customers WITH NO DATA;
RESET ROLE;
`;
}
