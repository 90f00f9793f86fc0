/** Publications. Of partitioned tables from 13 on; with a filter, a list of columns and whole schemas from 15 on. */
export function shopPublications(major: number): string {
  const partitioned = `
CREATE PUBLICATION shop_partitions FOR TABLE shop.movements WITH (publish_via_partition_root = true, publish = 'insert');`;
  const filtered = `
CREATE PUBLICATION shop_filtered FOR TABLE shop.customers (id, name), TABLE shop.staff WHERE (id > 0)
  WITH (publish = 'insert');
CREATE PUBLICATION shop_schemas FOR TABLES IN SCHEMA archive, TABLE shop.notes WITH (publish = 'insert');`;
  return `
CREATE PUBLICATION shop_changes FOR TABLE shop.products, ONLY shop.orders WITH (publish = 'insert, update');
COMMENT ON PUBLICATION shop_changes IS 'For the branch office';
ALTER PUBLICATION shop_changes OWNER TO shop_owner;
${major >= 13 ? partitioned : ''}
CREATE PUBLICATION shop_everything FOR ALL TABLES WITH (publish = 'insert');
${major >= 15 ? filtered : ''}
`;
}

/**
 * A subscription that connects nowhere. It is not part of the shop, as a database with a subscription cannot be
 * dropped nor be a template; `DROP SUBSCRIPTION shop_subscription` takes it away.
 */
export function shopSubscription(): string {
  return `
CREATE SUBSCRIPTION shop_subscription CONNECTION 'host=branch.example dbname=shop' PUBLICATION shop_changes
  WITH (connect = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION shop_subscription IS 'Connects nowhere';
`;
}
