import { definitions } from './cluster.ts';
import { type Expectation, whole } from './expectation.ts';
import {
  audit,
  everything,
  extensions,
  found,
  grants,
  invoices,
  largeObjects,
  noRows,
  ownerOf,
  people,
  position,
  roles,
  rows,
  shop,
  visits,
} from './queries.ts';

/** By the titles of recipes that are about the dump. */
export const dumpExpectations: Readonly<Record<string, Expectation>> = {
  'A folder, dumped in parallel': {
    finds: [
      ['app_copy', rows, everything],
      ['app_copy', ownerOf('customer'), 'app_owner'],
      ['app_copy', largeObjects, '1'],
    ],
    holds: [['dumps/app', /^app\.dir\/toc\.dat$/m]],
  },
  'One file': { ...whole, holds: [['dumps/custom', /^app\.dump$/m]] },
  'SQL text': { ...whole, holds: [['dumps/plain', /^app\.sql$/m]] },
  Tar: { ...whole, holds: [['dumps/tar', /^app\.tar$/m]] },
  Compression: {
    ...whole,
    holds: [
      ['dumps/gzip', /\.dat\.gz$/m],
      ['dumps/zstd', /^app\.sql\.zst$/m],
      ['dumps/none', /\.dat$/m],
    ],
  },
  'Definitions alone': { finds: [['app', rows, noRows]] },
  'Rows alone': {
    before: { migrated: definitions },
    finds: [
      ['migrated', rows, everything],
      ['migrated', position, '50'],
    ],
  },
  'Several schemas': { finds: [['app', rows, [audit, shop].join(', ')]] },
  'All but one schema': { finds: [['app', rows, [people, visits, shop].join(', ')]] },
  'Several tables by pattern': {
    finds: [['app', rows, `${audit}, public.country 2, shop.price_now 1, shop.price_old 1`]],
  },
  'All but one table': { finds: [['app', rows, [people, shop].join(', ')]] },
  "All but one table's rows": {
    finds: [['app', rows, `audit.event_2024 0, audit.event_2025 0, ${people}, public.visit 0, ${shop}`]],
  },
  'Large objects left out, or taken along': {
    finds: [
      ['app', rows, shop],
      ['app', largeObjects, '1'],
    ],
    holds: [['dumps/without-large-objects/manifest.json', /--no-large-objects/]],
  },
  Extensions: {
    finds: [['app', extensions, 'citext']],
    holds: [['dumps/without-pg_trgm/manifest.json', /--exclude-extension=pg_trgm/]],
  },
  'Several databases by pattern': {
    finds: [
      ['app', rows, everything],
      ['billing_eu', rows, invoices],
      ['billing_us', rows, invoices],
    ],
  },
  'All databases of a server': {
    finds: [
      ['app', rows, everything],
      ['billing_us', rows, invoices],
      ['postgres', found("SELECT count(*) FROM pg_database WHERE datname ~ 'somebody'"), '0'],
    ],
  },
  'Without owners and grants': {
    finds: [
      ['app', ownerOf('customer'), 'postgres'],
      ['app', grants, 'false'],
    ],
  },
  'INSERT statements': {
    ...whole,
    holds: [
      ['dumps/column-inserts/app.sql', /^INSERT INTO public\.customer \(id, name, email\) VALUES/m],
      ['dumps/inserts/app.sql', /^INSERT INTO public\.customer VALUES/m],
    ],
  },
  'A text of rows that disables triggers': {
    before: { migrated: definitions },
    finds: [['migrated', rows, everything]],
    holds: [['dumps/rows-text/app.sql', /DISABLE TRIGGER ALL/]],
  },
  'Serializable, deferrable': whole,
  'A short wait for locks': whole,
  'One snapshot for several dumps': { finds: [['app', rows, audit]] },
  'One snapshot for several dumps (2)': {
    finds: [
      ['app', rows, everything],
      ['app', position, '50'],
    ],
  },
  Gently: whole,
  'Roles and tablespaces alone': {
    unproven: true,
    holds: [['dumps/globals/globals.sql', /^CREATE ROLE app_reader;$/m]],
    lacks: [['dumps/globals/globals.sql', /PASSWORD/]],
  },
  'With the passwords of roles': {
    unproven: true,
    holds: [['dumps/globals-with-passwords/globals.sql', /^ALTER ROLE app_reader .* PASSWORD 'SCRAM-SHA-256/m]],
  },
  'From a managed service': { ...whole, holds: [['dumps/managed/globals.sql', /^CREATE ROLE app_reader;$/m]] },
  'One SQL file for everything': {
    finds: [
      ['app', rows, everything],
      ['billing_eu', rows, invoices],
      ['postgres', roles, 'app_owner app_reader backup'],
    ],
    holds: [['dumps/one-file/cluster.sql', /^CREATE DATABASE billing_us /m]],
  },
  'Globals and one archive for each database': {
    finds: [
      ['app', rows, everything],
      ['scratch_of_somebody', rows, invoices],
      ['postgres', roles, 'app_owner app_reader backup'],
    ],
  },
};
