import type { Globals, Manifest, Role } from '../../../src/dumpset/manifest.ts';
import type { Dump, DumpContents } from '../../../src/look/read-dump.ts';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { manifest } from '../plan/contexts.ts';
import { entry, users, usersIndex } from '../verify/toc-fixtures.ts';

export const database = entry('DATABASE', 'app', "CREATE DATABASE app WITH TEMPLATE = template0 ENCODING = 'UTF8';\n", {
  namespace: undefined,
});

export function entries(...given: readonly TocEntry[]): DumpContents['entries'] {
  return { kind: 'read', value: given };
}

/** A database with one table of three rows. */
export function contents(changes: Partial<DumpContents> = {}): DumpContents {
  return {
    name: 'app',
    format: 'custom',
    compression: 'gzip',
    bytes: 1000,
    entries: entries(database, users, usersIndex),
    tables: [{ schema: 'app', name: 'users', rows: 3, bytes: 100 }],
    sequences: [{ schema: 'app', name: 'users_id', lastValue: '3', isCalled: true }],
    largeObjects: 0,
    extensions: [{ name: 'hstore', version: '1.7', schema: 'public' }],
    roles: ['alice'],
    encoding: 'UTF8',
    dumped: undefined,
    ...changes,
  };
}

/** A dump set; `globals` are undefined for none. */
export function dumpSet(databases: readonly DumpContents[] = [contents()], changes: Partial<Manifest> = {}): Dump {
  const own: Manifest = { ...manifest(databases.map(({ name }) => name)), ...changes };
  const { server, client, finishedAt } = own;
  return {
    path: '/backups/set',
    manifest: own,
    server: server.text,
    client: client.text,
    dumpedAt: finishedAt,
    databases,
  };
}

export function bare(held: DumpContents, path = '/backups/app.dump'): Dump {
  const text = '15.18 (Debian 15.18-0+deb12u1)';
  return { path, manifest: undefined, server: text, client: text, dumpedAt: '2026-11-22T10:00:01', databases: [held] };
}

export function globals(roles: readonly Role[], changes: Partial<Globals> = {}): Globals {
  return { path: 'globals.sql', roles, ...changes };
}

export function role(name: string, changes: Partial<Role> = {}): Role {
  return {
    name,
    superuser: false,
    inherit: true,
    createRole: false,
    createDatabase: false,
    login: true,
    replication: false,
    bypassRowSecurity: false,
    connectionLimit: -1,
    memberOf: [],
    configuration: [],
    ...changes,
  };
}
