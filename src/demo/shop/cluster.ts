/** The roles of the shop. They cannot log in. Roles belong to the whole server, so they may be there already. */
export const shopRoles = ['shop_owner', 'shop_clerk', 'shop_reader', 'shop_auditor', `shop_o'dd "role"`] as const;

/** Roles, schemas, extensions (those that the server offers) and what only a superuser may make. */
export function shopCluster(): string {
  const quote = (name: string) => `'${name.replaceAll("'", "''")}'`;
  return String.raw`
DO $roles$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY[${shopRoles.map(quote).join(', ')}] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another database of this server has the shop as well
    END;
  END LOOP;
  BEGIN
    IF NOT pg_has_role('shop_clerk', 'shop_reader', 'MEMBER') THEN
      GRANT shop_reader TO shop_clerk;
    END IF;
  EXCEPTION WHEN unique_violation THEN
    NULL; -- granted by another session meanwhile
  END;
END
$roles$;

CREATE SCHEMA shop AUTHORIZATION shop_owner;
COMMENT ON SCHEMA shop IS 'A small shop that has every kind of object';
CREATE SCHEMA archive AUTHORIZATION shop_auditor;
GRANT CREATE, USAGE ON SCHEMA archive TO shop_owner;
CREATE SCHEMA "Räume & Ideen" AUTHORIZATION "shop_o'dd ""role""";
COMMENT ON SCHEMA "Räume & Ideen" IS E'A name with blanks,\nan ampersand and letters beyond ASCII';
CREATE SCHEMA "empty schema";

DO $extensions$
DECLARE
  wanted text;
BEGIN
  FOR wanted IN
    SELECT name FROM pg_available_extensions
    WHERE name IN ('btree_gist', 'citext', 'hstore', 'pg_trgm', 'postgres_fdw') ORDER BY name
  LOOP
    EXECUTE format('CREATE EXTENSION %I WITH SCHEMA public', wanted);
  END LOOP;
END
$extensions$;
`;
}

/** What belongs to the database itself: a copy made with `CREATE DATABASE … TEMPLATE` does not inherit it. */
export function shopDatabase(): string {
  return `
DO $database$
DECLARE
  here text := quote_ident(current_database());
BEGIN
  EXECUTE 'COMMENT ON DATABASE ' || here || ' IS ''The shop''''s database''';
  EXECUTE 'REVOKE TEMPORARY ON DATABASE ' || here || ' FROM PUBLIC';
  EXECUTE 'GRANT CONNECT, TEMPORARY ON DATABASE ' || here || ' TO shop_clerk';
  EXECUTE 'ALTER DATABASE ' || here || ' SET timezone TO ''Asia/Kathmandu''';
  EXECUTE 'ALTER DATABASE ' || here || ' SET search_path TO shop, public';
  EXECUTE 'ALTER ROLE shop_clerk IN DATABASE ' || here || ' SET work_mem TO ''8MB''';
END
$database$;
`;
}

/** Runs statements only where the server has the extension. */
export function withExtension(name: string, statements: string): string {
  return `
DO $guard$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = '${name}') THEN
    ${statements.trim()}
  END IF;
END
$guard$;
`;
}
