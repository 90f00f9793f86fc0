/** Row security, policies, and grants on every kind of object that can be granted. */
export function shopPrivileges(major: number): string {
  const policyFunction = major >= 14 ? 'CURRENT_ROLE' : 'CURRENT_USER';
  return `
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY clerks_see_open ON shop.orders FOR SELECT TO shop_clerk, shop_reader USING (state <> 'basket');
COMMENT ON POLICY clerks_see_open ON shop.orders IS 'Baskets are private';
CREATE POLICY clerks_place ON shop.orders FOR INSERT TO shop_clerk WITH CHECK (state = 'placed');
CREATE POLICY nobody_is_shop_owner ON shop.orders AS RESTRICTIVE FOR ALL TO PUBLIC
  USING (${policyFunction} <> 'nobody') WITH CHECK (number > 0);
ALTER TABLE archive.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE archive.changes FORCE ROW LEVEL SECURITY;
CREATE POLICY read_all ON archive.changes FOR SELECT USING (true);

GRANT USAGE ON SCHEMA shop TO shop_reader, shop_clerk WITH GRANT OPTION;
GRANT CREATE, USAGE ON SCHEMA "Räume & Ideen" TO shop_owner;
GRANT SELECT ON shop.products, shop.categories, shop.open_orders TO shop_reader;
GRANT SELECT ON shop.products TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, REFERENCES, TRIGGER ON shop.orders TO shop_clerk WITH GRANT OPTION;
GRANT SELECT (id, name), UPDATE (name) ON shop.customers TO shop_clerk;
REVOKE TRUNCATE ON shop.customers FROM shop_owner;
GRANT USAGE, SELECT ON SEQUENCE shop.order_number TO shop_clerk;
REVOKE EXECUTE ON FUNCTION shop.sold(timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.sold(timestamp with time zone) TO shop_auditor;
GRANT EXECUTE ON PROCEDURE shop.close_orders(timestamp with time zone, integer) TO shop_clerk;
REVOKE USAGE ON TYPE shop.order_state FROM PUBLIC;
GRANT USAGE ON DOMAIN shop.price TO shop_clerk;
GRANT SELECT ON shop.sales TO "shop_o'dd ""role""";
GRANT USAGE ON LANGUAGE shop_language TO shop_owner;
GRANT USAGE ON FOREIGN DATA WRAPPER shop_wrapper TO shop_owner;
GRANT USAGE ON FOREIGN SERVER shop_warehouse TO shop_clerk;

-- Granted by someone who is not the owner.
SET ROLE shop_clerk;
GRANT SELECT ON shop.orders TO shop_auditor;
RESET ROLE;

ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop GRANT SELECT ON TABLES TO shop_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop GRANT USAGE ON SEQUENCES TO shop_clerk;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_auditor GRANT USAGE ON SCHEMAS TO shop_reader;
`;
}
