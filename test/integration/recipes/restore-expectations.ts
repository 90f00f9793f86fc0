import { type Expectation, whole } from './expectation.ts';
import {
  allIndexes,
  audit,
  connectionLimit,
  everything,
  foreignKeys,
  found,
  grants,
  indexes,
  invoices,
  largeObjects,
  ownerOf,
  people,
  position,
  roles,
  rows,
  schemas,
  settings,
  shop,
  statistics,
  tablespaces,
} from './queries.ts';

const mess = `UPDATE customer SET name = 'somebody'; CREATE SCHEMA own; CREATE TABLE own.kept AS SELECT 7 AS id`;
const names = found('SELECT count(DISTINCT name) FROM customer');
const own = found('SELECT count(*) FROM pg_namespace WHERE nspname = $$own$$');
const warehouse = { warehouse: 'CREATE SCHEMA own; CREATE TABLE own.stock AS SELECT 7 AS id' };

/** Logging in is what counts; that such a dump can be restored is known from the others. */
const dumped = (set: string): Expectation => ({ unproven: true, holds: [[set, /^app\.dir\/toc\.dat$/m]] });

/** By the titles of recipes that are about the restore, and of those about connections. */
export const restoreExpectations: Readonly<Record<string, Expectation>> = {
  'With several jobs': { finds: [['app_copy', rows, everything]] },
  'SQL text by psql, all or nothing': whole,
  'A text that makes its own database': whole,
  'In place of what is there': {
    restored: true,
    before: { app: mess },
    finds: [
      ['app', names, '40'],
      ['app', own, '0'],
    ],
  },
  'Clean: the same objects made anew': {
    restored: true,
    before: { app: mess },
    finds: [
      ['app', names, '40'],
      ['app', own, '1'],
    ],
  },
  'Clean: the same objects made anew (2)': {
    restored: true,
    before: { app: mess },
    finds: [
      ['app', names, '40'],
      ['app', own, '1'],
    ],
  },
  'One schema': { finds: [['app', rows, audit]] },
  'One table with all that belongs to it': {
    before: warehouse,
    finds: [
      ['warehouse', rows, 'own.stock 1, shop.product 50'],
      ['warehouse', indexes, 'product_name product_pkey'],
      ['warehouse', position, '50'],
      ['warehouse', found("SELECT tgname FROM pg_trigger WHERE tgrelid = 'shop.product'::regclass"), 'tidy'],
    ],
  },
  'Everything but …': {
    finds: [
      ['app', rows, `${people}, ${shop.replace('30', '0')}`],
      ['app', indexes, 'country_pkey customer_pkey order_item_pkey order_item_product product_pkey'],
      ['app', largeObjects, '0'],
      ['app', foreignKeys, null],
      ['app', found('SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal'), '0'],
      ['app', found("SELECT obj_description('customer'::regclass) IS NULL"), 'true'],
    ],
  },
  'By a list': { finds: [['app', rows, [audit, people, shop].join(', ')]] },
  'Everything owned by one role': {
    before: { postgres: 'CREATE ROLE developer' },
    finds: [
      ['app_copy', ownerOf('customer'), 'developer'],
      ['app_copy', ownerOf('shop.product'), 'developer'],
      ['app_copy', grants, 'false'],
    ],
  },
  'Roles first': {
    before: { postgres: 'CREATE ROLE app_reader NOLOGIN' },
    finds: [
      ['postgres', roles, 'app_owner app_reader backup'],
      ['postgres', found("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'app_reader'"), 'false'],
      ['app', ownerOf('customer'), 'app_owner'],
    ],
  },
  'Other tablespaces': {
    finds: [
      ['app', rows, everything],
      ['app', tablespaces, 'product ssd, product_name ssd'],
    ],
  },
  'No tablespaces': { finds: [['app', tablespaces, null]] },
  'Extensions that an administrator has made': {
    before: { prepared: 'CREATE EXTENSION citext; CREATE EXTENSION pg_trgm' },
    finds: [['prepared', rows, everything]],
  },
  'One after another, each with its jobs': { ...whole, phases: ['pre-data', 'data', 'post-data', 'analyze'] },
  'Foreign keys and some indexes last': {
    finds: [
      ['app', indexes, allIndexes],
      ['app', foreignKeys, 'shop.order_item visit'],
    ],
    phases: ['all', 'deferred', 'analyze'],
  },
  'Indexes and constraints by a later run': {
    unproven: true,
    finds: [
      ['app', rows, everything],
      ['app', indexes, allIndexes],
      ['app', foreignKeys, 'shop.order_item visit'],
    ],
  },
  'Indexes and constraints by a later run (2)': { keeps: true },
  'Another database': { finds: [['app_of_monday', rows, everything]] },
  'A schema under another name': {
    finds: [
      ['app', schemas, 'public shop_copy'],
      ['app', found('SELECT shop_copy.total()'), '1275'],
      ['app', found('SELECT count(*) FROM shop_copy.cheap'), '9'],
    ],
  },
  'Some objects into another schema of a database in use': {
    before: warehouse,
    finds: [
      ['warehouse', schemas, 'imported own public'],
      ['warehouse', rows, 'imported.product 50, own.stock 1'],
    ],
  },
  'To a newer server': {
    finds: [
      ['app', rows, invoices],
      ['app', found("SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'invoice'"), 'true'],
    ],
  },
  'To an older server': { finds: [['older/billing_eu', rows, invoices]] },
  'Statistics in stages': {
    finds: [['app', statistics, 'true']],
    phases: ['all', 'analyze, first stage', 'analyze, second stage', 'analyze, last stage'],
  },
  'Vacuumed as well': {
    finds: [['app', found("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'customer'"), '1']],
    phases: ['all', 'vacuum and analyze'],
  },
  'Materialized views filled': { finds: [['app', found('SELECT count FROM shop.by_kind'), '50']] },
  Kept: {
    finds: [
      ['app_copy', settings, 'statement_timeout=5min'],
      ['app_copy', connectionLimit, '50'],
    ],
  },
  'Left behind': {
    finds: [
      ['app_copy', settings, null],
      ['app_copy', connectionLimit, '-1'],
      ['app_copy', found('SELECT datcollate FROM pg_database WHERE datname = current_database()'), 'C'],
    ],
  },
  '~/.pgpass': dumped('dumps/pgpass'),
  'A password file of its own': dumped('dumps/passfile'),
  'A service file': dumped('dumps/service'),
  Parts: dumped('dumps/parts'),
  'A URL': dumped('dumps/url'),
  'A URL (2)': dumped('dumps/url-and-password'),
  'A token from a command': dumped('dumps/token'),
};
