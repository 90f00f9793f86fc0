import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { everything } from '../../../src/selection/selection.ts';
import { example, parse } from './declarations.ts';

const environment = { STAGING_DATABASE_URL: 'postgres://reader:correct%20horse@db.example.com/app' };

const { list: _, ...withoutList } = everything;

test('the example of the design becomes a config with every default filled in', () => {
  const config = parse(example, environment);

  expect(config.connections['staging']?.url?.reveal()).toBe(environment.STAGING_DATABASE_URL);
  expect(config).toMatchObject({
    version: 1,
    connections: {
      staging: { parts: { connect_timeout: '10' }, allowInsecure: false, protected: true },
      scratch: { parts: { connect_timeout: '10' }, allowInsecure: false, protected: false },
    },
    client: { kind: 'auto' },
    timeouts: { connect: 10, lock: 30, stall: 120, total: undefined },
  });
  expect(config.steps).toEqual([
    {
      kind: 'dump',
      from: 'staging',
      databases: ['app', 'billing_*'],
      'exclude-database': [],
      globals: true,
      'role-passwords': false,
      format: 'directory',
      'content-hash': 'auto',
      snapshot: undefined,
      throttle: undefined,
      'single-file': undefined,
      jobs: 'auto',
      compress: 'auto',
      include: { schema: [], table: [] },
      exclude: { schema: [], table: [], 'table-data': ['public.event_log'] },
      options: {},
      flags: {},
      'globals-flags': {},
      to: 'dumps/staging',
    },
    {
      kind: 'restore',
      from: 'dumps/staging',
      into: 'scratch',
      databases: [],
      as: { app: 'app_copy' },
      rename: undefined,
      selection: withoutList,
      'use-list': undefined,
      tablespaces: 'keep',
      clean: [],
      'into-existing': [],
      'single-transaction': undefined,
      'disable-triggers': false,
      throttle: undefined,
      jobs: 'auto',
      section: ['pre-data', 'data', 'post-data'],
      phases: 'together',
      owners: undefined,
      privileges: 'keep',
      flags: {},
      settings: 'keep',
      locale: undefined,
      refresh: false,
      analyze: true,
      overwrite: [],
      production: [],
      trust: undefined,
      temporary: false,
    },
    {
      kind: 'verify',
      level: 'counts',
      'show-keys': false,
      checks: [],
      source: 'staging',
      pgtap: [],
      'foreign-keys': undefined,
      complete: false,
      ignore: [],
      from: 'dumps/staging',
      into: 'scratch',
      databases: [],
      as: { app: 'app_copy' },
      rename: undefined,
    },
    {
      kind: 'publish',
      from: 'dumps/staging',
      to: { kind: 'artifact', name: 'staging-dump', retentionDays: 7, overwrite: false },
      partBytes: 4e9,
      encrypt: undefined,
      'allow-public': undefined,
    },
  ]);
});

test('a config shows no secret when it is printed', () => {
  const config = parse(example, environment);
  expect(inspect(config, { depth: 20 }) + JSON.stringify(config)).not.toContain('horse');
});
