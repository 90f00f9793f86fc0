import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { renderJsonSchema } from '../../../src/config/documents/json-schema.ts';
import { example, parse, problemsOf, withConnection, withSteps } from './declarations.ts';
import { accepts } from './json-schema-checker.ts';

const schema = JSON.parse(renderJsonSchema());
const environment = { STAGING_DATABASE_URL: 'postgres://localhost/app', N: '4', T: 'true', S: 'text' };

const step = (text: string) => withSteps(`  - ${text}`);
const dump = (options: string) => step(`dump: { from: source, to: out, ${options} }`);
const restore = (options: string) => step(`restore: { from: out, into: target, ${options} }`);
const publish = (options: string) => step(`publish: { from: out, ${options} }`);
const timeouts = (text: string) => `${step('sql: { on: target, run: x }')}timeouts: ${text}\n`;
const client = (text: string) => `${step('sql: { on: target, run: x }')}client: ${text}\n`;
const throwaway = (keys: string) =>
  `version: 1\nconnections: { db: { ${keys} } }\nsteps: [{ sql: { on: db, run: x } }]\n`;
const connection = (...lines: readonly string[]) => withConnection('host: localhost', ...lines);

const good: readonly string[] = [
  example,
  dump('jobs: 4'),
  dump('format: tar'),
  dump('format: plain, compress: gzip, create: true, clean: true, if-exists: true, no-owner: true'),
  dump('format: plain, globals: true, single-file: all.sql, role-passwords: true'),
  dump('data-only: true, section: data, large-objects: false, inserts: true, rows-per-insert: 10'),
  dump(
    'include: { extension: a, table-and-children: b }, exclude: { extension: c, table-and-children: d, database: e }',
  ),
  dump('globals: only'),
  dump('jobs: auto'),
  dump('jobs: "${N}"'),
  dump('globals: "${T}"'),
  dump('databases: app'),
  dump('databases: [app, "${S}"]'),
  dump('compress: 0'),
  dump('compress: zstd:3'),
  dump('compress: none'),
  dump('include: { schema: a }, exclude: { table: [a, b], table_data: c }'),
  dump('include: {}'),
  restore('section: [data]'),
  restore('jobs: { data: 2 }, phases: separate'),
  restore('tablespaces: { a: "${S}" }'),
  restore('tablespaces: drop, clean: [a, "${S}"]'),
  restore('include: { table: a }, exclude: { kind: [comments, triggers] }'),
  restore('use-list: a.list, defer: { kind: indexes }, extensions: present'),
  restore('section: pre-data'),
  restore('as: { a: b }, owners: keep'),
  restore('privileges: skip, phases: separate, analyze: false'),
  `${step('restore: { from: out, into: target }')}  - verify:\n`,
  step('sql: { on: target, database: a, file: a.sql }'),
  withSteps('  - sql:', '      on: target', '      run: |', '        select 1;', '        select 2;'),
  publish('folder: copy'),
  publish('artifact: a, retention-days: 400, allow-public: it is all made up'),
  publish('artifact: a, retention_days: "${N}"'),
  timeouts('{ connect: 5, lock: 30s, stall: 2m, total: 1h }'),
  timeouts('{ lock: "${N}m" }'),
  timeouts(''),
  client('{ version: 15 }'),
  client('{ version: auto }'),
  client('{ path: /opt/bin }'),
  connection('port: 5432', 'user: me', 'sslmode: require'),
  connection('channel_binding: require'),
  connection('keepalives: true', 'connect-timeout: 3'),
  withConnection('url: postgres://localhost/x', 'password: ${S}'),
  withConnection('service: x', 'service_file: y'),
  withConnection('host: [a, b]', 'port: [1, 2]'),
  throwaway('throwaway: true'),
  throwaway('throwaway: "${T}", version: "${N}0"'),
  throwaway('throwaway: true, version: auto'),
  throwaway('throwaway: true, version: 17'),
];

const bad: readonly string[] = [
  '',
  '[]',
  'version: 1\n',
  example.replace('version: 1', 'version: 2'),
  example.replace('version: 1', 'version: "1"'),
  dump('jobs: 0'),
  restore('jobs: { data: 0 }'),
  restore('tablespaces: {}'),
  restore('tablespaces: [a]'),
  restore('exclude: { kind: tables }'),
  restore('defer: { kind: comments }'),
  restore('use-list: a, include: { table: b }'),
  dump('jobs: 65'),
  dump('jobs: "4"'),
  dump('jobs: 1.5'),
  dump('jobs: true'),
  dump('job: 4'),
  dump('globals: yes'),
  dump('globals: 1'),
  dump('format: sql'),
  dump('globals: all'),
  dump('section: [all]'),
  dump('rows-per-insert: 0'),
  dump('single-file: "../all.sql"'),
  dump('large-objects: some'),
  dump('databases: []'),
  dump('databases: [1]'),
  dump('databases: [[a]]'),
  dump('databases: ""'),
  dump('compress: 10'),
  dump('compress: brotli'),
  dump('exclude: { data: a }'),
  dump('exclude: a'),
  step('dump: { from: source }'),
  step('dump:'),
  step('{}'),
  step('verify'),
  step('migrate: { run: x }'),
  withSteps('  - sql: { on: target, run: x }', '    verify: {}'),
  restore('section: [all]'),
  restore('as: {}'),
  restore('as: { a: 1 }'),
  restore('as: [a]'),
  restore('owners: ""'),
  step('restore: { from: out }'),
  step('sql: { on: target }'),
  step('sql: { on: target, run: x, file: y }'),
  step('sql: { on: target, database: "a\\tb", run: x }'),
  publish('artifact: a, folder: b'),
  publish('retention-days: 3'),
  publish('artifact: "a/b"'),
  publish('artifact: a, retention-days: 401'),
  publish('artifact: a, allow-public: true'),
  publish('artifact: a, allow-public: why not'),
  publish('folder: a, retention-days: 3'),
  timeouts('{ lock: 0 }'),
  timeouts('{ lock: 0s }'),
  timeouts('{ lock: 5d }'),
  timeouts('{ lock: 604801 }'),
  timeouts('{ lok: 5 }'),
  client('{ version: 8 }'),
  client('{ version: latest }'),
  client('{ version: 15, path: /opt }'),
  client('15'),
  connection('port: 0'),
  connection('port: "5432"'),
  connection('sslmode: bogus'),
  connection('keepalives: 1'),
  connection('protected: maybe'),
  connection('dbname: x'),
  connection('channel-binding: require', 'channel_binding: require'),
  publish('folder: a, retention_days: 3'),
  connection('url: postgres://localhost/x'),
  withConnection('user: me'),
  withConnection('url: postgres://localhost/x', 'conninfo: host=localhost'),
  withConnection('url: ""'),
  throwaway('throwaway: false'),
  throwaway('throwaway: 1'),
  throwaway('throwaway: true, version: 9'),
  throwaway('throwaway: true, version: newest'),
  throwaway('throwaway: true, host: localhost'),
  throwaway('throwaway: true, protected: false'),
  throwaway('throwaway: true, channel_binding: require'),
  throwaway('host: localhost, version: 15'),
  'version: 1\nconnections: []\nsteps: [{ verify: }]\n',
  'version: 1\nstorages: {}\nsteps: [{ prune: { folder: a, keep: { last: 1 } } }]\n',
  'version: 1\nconnections: { "a b": { host: a } }\nsteps: [{ dump: { to: a } }]\n',
  'version: 1\nconnections: { a: { host: a } }\nsteps: []\n',
  'version: 1\nconnections: { a: { host: a } }\nsteps: { dump: { to: a } }\n',
];

/** A text by the lines that make it different from others. */
function named(text: string): readonly [string, string] {
  const usual = [...withSteps('').split('\n'), ...withConnection('').split('\n')];
  return [
    text
      .split('\n')
      .filter(line => !usual.includes(line))
      .join(' ')
      .slice(0, 100),
    text,
  ];
}

test.each(good.map(named))('parser and schema accept: %s', (_name, text) => {
  expect(problemsOf(() => parse(text, environment))).toEqual([]);
  expect(accepts(schema, parseYaml(text), schema)).toBe(true);
});

test.each(bad.map(named))('parser and schema refuse: %s', (_name, text) => {
  expect(problemsOf(() => parse(text, environment))).not.toEqual([]);
  expect(accepts(schema, parseYaml(text), schema)).toBe(false);
});

test('every map of the schema is closed, and every key described', () => {
  const maps: Readonly<Record<string, unknown>>[] = [];
  JSON.stringify(schema, (_key, value) => {
    if (value !== null && typeof value === 'object' && 'properties' in value) maps.push(value);
    return value;
  });
  expect(maps.length).toBeGreaterThan(8);
  for (const map of maps) {
    expect(map).toMatchObject({ additionalProperties: false });
    for (const property of Object.values(map['properties'] ?? {})) expect(property).toHaveProperty('description');
  }
});
