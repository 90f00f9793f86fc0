import type { Change } from './changes.ts';
import { rolesOf } from './kitchen-sink.ts';

const definition = (object: string, sql: string): Change => ({ sql, findings: [`changed ${object}: definition`] });
const missing = (object: string, sql: string): Change => ({ sql, findings: [`missing ${object}`] });

/** One change for each property of the kinds in `more-kinds.ts`. */
export function moreChanges(prefix: string): readonly Change[] {
  const [owner, reader] = rolesOf(prefix);
  return [
    missing('TYPE app.shell', 'DROP TYPE app.shell'),
    missing('TYPE app.span', 'DROP TYPE app.span'),
    definition('TYPE app.pair', 'ALTER TYPE app.pair ADD ATTRIBUTE c text'),
    definition('DOMAIN app.email', "ALTER DOMAIN app.email SET DEFAULT 'some'"),
    definition('DOMAIN app.email', 'ALTER DOMAIN app.email DROP NOT NULL'),
    definition('SEQUENCE app.ticket', 'ALTER SEQUENCE app.ticket MAXVALUE 501'),
    definition('SEQUENCE app.ticket', 'ALTER SEQUENCE app.ticket NO CYCLE'),
    definition('SEQUENCE app.ticket', 'ALTER SEQUENCE app.ticket CACHE 4'),
    definition('SEQUENCE app.ticket', 'ALTER SEQUENCE app.ticket START 8'),
    definition('SEQUENCE app.ticket', 'ALTER SEQUENCE app.ticket AS integer MAXVALUE 500'),
    definition('TEXT SEARCH DICTIONARY app.short', 'ALTER TEXT SEARCH DICTIONARY app.short (accept = false)'),
    definition(
      'TEXT SEARCH CONFIGURATION app.plain',
      'ALTER TEXT SEARCH CONFIGURATION app.plain DROP MAPPING FOR word',
    ),
    missing('TEXT SEARCH PARSER app.words', 'DROP TEXT SEARCH PARSER app.words'),
    missing('TEXT SEARCH TEMPLATE app.bare', 'DROP TEXT SEARCH TEMPLATE app.bare'),
    missing('CONVERSION app.latin', 'DROP CONVERSION app.latin'),
    missing('OPERATOR CLASS app.by_size', 'DROP OPERATOR CLASS app.by_size USING btree'),
    definition(
      'OPERATOR CLASS app.by_size',
      'DROP OPERATOR CLASS app.by_size USING btree; CREATE OPERATOR CLASS app.by_size FOR TYPE int4 USING btree FAMILY app.numbers AS OPERATOR 1 <, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4)',
    ),
    {
      sql: 'ALTER OPERATOR FAMILY app.numbers USING btree RENAME TO others',
      findings: [
        'changed OPERATOR CLASS app.by_size: definition',
        'missing OPERATOR FAMILY app.numbers',
        'extra OPERATOR FAMILY app.others',
      ],
    },
    missing('ACCESS METHOD heaps', 'DROP ACCESS METHOD heaps'),
    definition('FOREIGN DATA WRAPPER distant', "ALTER FOREIGN DATA WRAPPER distant OPTIONS (SET mode 'two')"),
    definition('SERVER far', "ALTER SERVER far VERSION '2'"),
    definition('FOREIGN TABLE app.remote', "ALTER FOREIGN TABLE app.remote OPTIONS (SET table_name 'here')"),
    definition('FOREIGN TABLE app.remote', "ALTER FOREIGN TABLE app.remote ALTER id OPTIONS (SET column_name 'other')"),
    ...[
      'VOLATILE',
      'CALLED ON NULL INPUT',
      'SECURITY INVOKER',
      'PARALLEL UNSAFE',
      'NOT LEAKPROOF',
      'COST 51',
      'ROWS 8',
      "SET work_mem = '2MB'",
      'RESET work_mem',
    ].map(property =>
      definition('FUNCTION app.worth(integer, integer[])', `ALTER FUNCTION app.worth(int, int[]) ${property}`),
    ),
    definition(
      'FUNCTION app.worth(integer, integer[])',
      "CREATE OR REPLACE FUNCTION app.worth(n int DEFAULT 4, VARIADIC others int[] DEFAULT '{}') RETURNS SETOF int LANGUAGE sql STABLE STRICT SECURITY DEFINER PARALLEL SAFE LEAKPROOF COST 50 ROWS 7 SET work_mem = '1MB' AS 'SELECT n'",
    ),
    { sql: `ALTER FUNCTION app.two() OWNER TO ${reader}`, findings: ['changed FUNCTION app.two(): owner'] },
    {
      sql: `GRANT EXECUTE ON FUNCTION app.two() TO ${reader}`,
      findings: ['extra ACL app.FUNCTION two(OUT a integer, OUT b text)'],
    },
    {
      sql: `REVOKE EXECUTE ON FUNCTION app.two() FROM PUBLIC`,
      findings: ['extra ACL app.FUNCTION two(OUT a integer, OUT b text)'],
    },
    { sql: `GRANT USAGE ON SCHEMA app TO ${reader}`, findings: ['extra ACL SCHEMA app'] },
    { sql: `GRANT USAGE ON TYPE app.mood TO ${reader} WITH GRANT OPTION`, findings: ['extra ACL app.TYPE mood'] },
    { sql: `GRANT USAGE ON SEQUENCE app.ticket TO ${reader}`, findings: ['extra ACL app.SEQUENCE ticket'] },
    { sql: `GRANT USAGE ON FOREIGN SERVER far TO ${reader}`, findings: ['extra ACL FOREIGN SERVER far'] },
    {
      sql: `GRANT SELECT ON app.users TO ${reader} WITH GRANT OPTION`,
      findings: ['changed ACL app.TABLE users: definition'],
    },
    { sql: `ALTER SCHEMA app OWNER TO ${reader}`, findings: ['changed SCHEMA app: owner'] },
    definition(
      'AGGREGATE app.longest(text)',
      'DROP AGGREGATE app.longest(text); CREATE AGGREGATE app.longest(text) (SFUNC = textcat, STYPE = text, PARALLEL = SAFE)',
    ),
    {
      sql: 'ALTER TABLE app.goods ALTER id SET INCREMENT 3',
      findings: ['changed SEQUENCE app.goods_id_seq: definition'],
    },
    {
      sql: 'ALTER TABLE app.goods ALTER id SET GENERATED ALWAYS',
      findings: ['changed SEQUENCE app.goods_id_seq: definition'],
    },
    {
      sql: 'ALTER TABLE app.goods ALTER id DROP IDENTITY',
      findings: ['missing SEQUENCE app.goods_id_seq', 'missing app.goods_id_seq'],
    },
    definition('TABLE app.goods', 'ALTER TABLE app.goods ALTER price TYPE numeric(11, 2)'),
    definition('TABLE app.goods', "ALTER TABLE app.goods ALTER labels SET DEFAULT '{a}'"),
    definition('TABLE app.goods', 'ALTER TABLE app.goods ALTER body SET COMPRESSION default'),
    definition('TABLE app.goods', 'ALTER TABLE app.goods ALTER price RESET (n_distinct)'),
    definition('TABLE app.goods', 'ALTER TABLE app.goods RESET (autovacuum_enabled)'),
    definition('TABLE app.goods', 'ALTER TABLE app.goods RESET (toast.autovacuum_enabled)'),
    definition('TABLE app.goods', 'ALTER TABLE app.goods NO FORCE ROW LEVEL SECURITY'),
    {
      sql: 'ALTER TABLE app.goods RENAME labels TO names',
      findings: ['changed TABLE app.goods: definition', 'changed INDEX app.goods_text: definition'],
    },
    {
      sql: 'ALTER TABLE app.goods RENAME CONSTRAINT goods_key TO goods_pk',
      findings: ['missing CONSTRAINT app.goods goods_key', 'extra CONSTRAINT app.goods goods_pk'],
    },
    missing('CONSTRAINT app.goods goods_code', 'ALTER TABLE app.goods DROP CONSTRAINT goods_code'),
    {
      sql: 'ALTER TABLE app.goods DROP CONSTRAINT goods_apart',
      findings: ['missing CONSTRAINT app.goods goods_apart', 'missing COMMENT app.CONSTRAINT goods_apart ON goods'],
    },
    definition('POLICY app.goods only_mine', 'ALTER POLICY only_mine ON app.goods WITH CHECK (id < 101)'),
    definition('POLICY app.goods only_mine', `ALTER POLICY only_mine ON app.goods TO ${owner}`),
    definition(
      'INDEX app.goods_part',
      'DROP INDEX app.goods_part; CREATE INDEX goods_part ON app.goods (code DESC, lower(body)) INCLUDE (price) WHERE price > 1',
    ),
    definition(
      'INDEX app.goods_part',
      'DROP INDEX app.goods_part; CREATE INDEX goods_part ON app.goods (code DESC NULLS LAST, lower(body)) WHERE price > 1',
    ),
    definition(
      'INDEX app.goods_part',
      'DROP INDEX app.goods_part; CREATE INDEX goods_part ON app.goods (code DESC NULLS LAST, lower(body)) INCLUDE (price) WHERE price > 2',
    ),
    definition(
      'INDEX app.goods_part',
      'DROP INDEX app.goods_part; CREATE INDEX goods_part ON app.goods (code DESC NULLS LAST, upper(body)) INCLUDE (price) WHERE price > 1',
    ),
    definition(
      'INDEX app.goods_once',
      'DROP INDEX app.goods_once; CREATE UNIQUE INDEX goods_once ON app.goods (price) WITH (fillfactor = 60)',
    ),
    definition('INDEX app.goods_once', 'ALTER INDEX app.goods_once RESET (fillfactor)'),
    definition(
      'INDEX app.goods_once',
      'DROP INDEX app.goods_once; CREATE INDEX goods_once ON app.goods (price) NULLS NOT DISTINCT WITH (fillfactor = 60)',
    ),
    missing('INDEX app.goods_text', 'DROP INDEX app.goods_text'),
    { sql: 'CREATE INDEX more ON app.goods (id)', findings: ['extra INDEX app.more'] },
    definition('STATISTICS app.goods_expressions', 'ALTER STATISTICS app.goods_expressions SET STATISTICS 201'),
    definition('FK CONSTRAINT app.parts parts_of', 'ALTER TABLE app.parts ALTER CONSTRAINT parts_of NOT DEFERRABLE'),
    definition(
      'FK CONSTRAINT app.parts parts_of',
      'ALTER TABLE app.parts DROP CONSTRAINT parts_of, ADD CONSTRAINT parts_of FOREIGN KEY (goods) REFERENCES app.goods ON UPDATE SET NULL DEFERRABLE',
    ),
    definition(
      'FK CONSTRAINT app.parts parts_of',
      'ALTER TABLE app.parts DROP CONSTRAINT parts_of, ADD CONSTRAINT parts_of FOREIGN KEY (goods) REFERENCES app.goods MATCH FULL ON UPDATE SET NULL DEFERRABLE NOT VALID',
    ),
    definition(
      'TABLE app.parts',
      'ALTER TABLE app.parts DROP CONSTRAINT parts_n, ADD CONSTRAINT parts_n CHECK (n > 0)',
    ),
    { sql: 'ALTER TABLE app.parts DISABLE TRIGGER later', findings: ['changed TRIGGER app.parts later: definition'] },
    definition(
      'TRIGGER app.parts later',
      "DROP TRIGGER later ON app.parts; CREATE CONSTRAINT TRIGGER later AFTER INSERT OR UPDATE OF n ON app.parts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.n > 6) EXECUTE FUNCTION app.note('x')",
    ),
    definition('TRIGGER app.parts whole', 'ALTER TABLE app.parts ENABLE REPLICA TRIGGER whole'),
    definition('VIEW app.guarded', 'ALTER VIEW app.guarded RESET (security_barrier)'),
    definition('VIEW app.guarded', 'ALTER VIEW app.guarded RESET (security_invoker)'),
    definition('VIEW app.guarded', 'ALTER VIEW app.guarded SET (check_option = cascaded)'),
    { sql: 'ALTER VIEW app.guarded ALTER id SET DEFAULT 6', findings: ['changed DEFAULT app.guarded id: definition'] },
    definition(
      'VIEW app.listed',
      'CREATE OR REPLACE VIEW app.listed AS SELECT id, code FROM app.goods ORDER BY id DESC',
    ),
    { sql: `ALTER VIEW app.listed OWNER TO ${reader}`, findings: ['changed VIEW app.listed: owner'] },
    definition('MATERIALIZED VIEW app.summed', 'ALTER MATERIALIZED VIEW app.summed RESET (fillfactor)'),
    missing('INDEX app.summed_n', 'DROP INDEX app.summed_n'),
    {
      sql: 'ALTER TABLE app.readings DETACH PARTITION app.readings_a; ALTER TABLE app.readings ATTACH PARTITION app.readings_a FOR VALUES IN (1, 2, 7)',
      findings: ['changed TABLE ATTACH app.readings_a: definition'],
    },
    {
      sql: 'CREATE TABLE app.readings_c PARTITION OF app.readings FOR VALUES IN (9)',
      findings: ['extra TABLE app.readings_c', 'extra TABLE ATTACH app.readings_c'],
    },
    definition('TABLE app.typed', 'ALTER TABLE app.typed NOT OF'),
    definition('TABLE app.child', 'ALTER TABLE app.child NO INHERIT app.parent'),
    definition('PUBLICATION chosen', "ALTER PUBLICATION chosen SET (publish = 'insert, update')"),
    definition('PUBLICATION chosen', 'ALTER PUBLICATION chosen SET (publish_via_partition_root = false)'),
    definition(
      'PUBLICATION TABLE app.chosen goods',
      'ALTER PUBLICATION chosen SET TABLE app.goods (id, code) WHERE (id > 4)',
    ),
    definition(
      'PUBLICATION TABLE app.chosen goods',
      'ALTER PUBLICATION chosen SET TABLE app.goods (id) WHERE (id > 3)',
    ),
    definition('SUBSCRIPTION sub', 'ALTER SUBSCRIPTION sub SET (binary = true)'),
    missing('COMMENT SCHEMA app', 'COMMENT ON SCHEMA app IS NULL'),
    definition(
      'COMMENT app.FUNCTION worth(n integer, VARIADIC others integer[])',
      "COMMENT ON FUNCTION app.worth(int, int[]) IS 'other'",
    ),
    { sql: "COMMENT ON TABLE app.goods IS 'new'", findings: ['extra COMMENT app.TABLE goods'] },
    { sql: 'CREATE EXTENSION citext WITH SCHEMA app', findings: ['extra EXTENSION citext'] },
    { sql: 'CREATE SCHEMA another', findings: ['extra SCHEMA another'] },
    {
      sql: "CREATE FUNCTION app.f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
      findings: ['extra FUNCTION app.f(text)'],
    },
  ];
}
