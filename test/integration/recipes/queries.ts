// What the page's databases hold, and queries that return one row with one text, `found`.

export const rows = `
  SELECT string_agg(format('%s.%s %s', nspname, relname,
    (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', nspname, relname), false, true, '')))[1]), ', '
    ORDER BY nspname, relname) AS found
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)'`;
export const audit = 'audit.event_2024 8, audit.event_2025 5';
export const people = 'public.country 2, public.customer 40';
export const visits = 'public.visit 40';
export const shop = 'shop.order_item 30, shop.price_now 1, shop.price_old 1, shop.product 50';
export const everything = [audit, people, visits, shop].join(', ');
export const noRows = everything.replaceAll(/ \d+/g, ' 0');
export const invoices = 'public.invoice 20';

export const found = (expression: string) => `SELECT (${expression})::text AS found`;
export const largeObjects = found('SELECT count(*) FROM pg_largeobject_metadata');
export const extensions = found(
  "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql'",
);
export const ownerOf = (table: string) =>
  found(`SELECT relowner::regrole FROM pg_class WHERE oid = '${table}'::regclass`);
export const grants = found("SELECT relacl IS NOT NULL FROM pg_class WHERE oid = 'customer'::regclass");
export const position = found('SELECT last_value FROM shop.product_id_seq');
export const indexes = found(
  "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE schemaname ~ '^(public|shop|audit)'",
);
export const allIndexes =
  'country_pkey customer_pkey event_2024_at_idx event_2025_at_idx event_at order_item_pkey order_item_product product_name product_pkey';
export const foreignKeys = found(
  "SELECT string_agg(conrelid::regclass::text, ' ' ORDER BY conrelid::regclass::text) FROM pg_constraint WHERE contype = 'f'",
);
export const tablespaces = found(
  "SELECT string_agg(relname || ' ' || spcname, ', ' ORDER BY relname) FROM pg_class c JOIN pg_tablespace t ON t.oid = reltablespace WHERE relname ~ '^product'",
);
export const schemas = found(
  "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'",
);
export const roles = found("SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384");
export const settings = found(
  'SELECT array_to_string(setconfig, chr(44)) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database() AND setrole = 0',
);
export const connectionLimit = found('SELECT datconnlimit FROM pg_database WHERE datname = current_database()');
export const statistics = found("SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'shop'");
