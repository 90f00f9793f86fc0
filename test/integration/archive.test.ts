import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../../src/client/installation.ts';
import type { Archive, TocEntry } from '../../src/postgres/archive/model.ts';
import { objectEntries } from '../../src/postgres/archive/object-entries.ts';
import { readArchive, readContents } from '../../src/postgres/archive/read.ts';
import { rolesNeeded } from '../../src/postgres/archive/roles.ts';
import { sequencePositions } from '../../src/postgres/archive/sequences.ts';
import { tableDataEntries } from '../../src/postgres/archive/table-data.ts';
import {
  clientFolder,
  type FreshDatabase,
  freshDatabase,
  queryOn,
  runTool,
  serverMajors,
  sharedServer,
  type TestServer,
} from '../support/servers.ts';

const letters = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** Six roles that are named nowhere else in the cluster, as roles belong to all databases. */
const rolesOf = (database: string) => letters.map(letter => `${database} "${letter}"`);
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function schemaOf(database: string): string {
  const [a, b, c, d, e, f] = rolesOf(database).map(quoted);
  return `
    CREATE ROLE ${a}; CREATE ROLE ${b}; CREATE ROLE ${c}; CREATE ROLE ${d}; CREATE ROLE ${e}; CREATE ROLE ${f};
    CREATE SCHEMA app AUTHORIZATION ${a}; GRANT USAGE ON SCHEMA app TO PUBLIC;
    CREATE TABLE app.item (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text DEFAULT 'TO nobody');
    INSERT INTO app.item (name) SELECT 'item ' || n FROM generate_series(1, 100) AS n;
    CREATE TABLE app."Größe ""x"" o'clock" (id serial, item integer REFERENCES app.item);
    CREATE TABLE app.part (id integer) PARTITION BY RANGE (id);
    CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES FROM (0) TO (10);
    CREATE VIEW app.names AS SELECT name FROM app.item;
    CREATE MATERIALIZED VIEW app.totals AS SELECT count(*) FROM app.item;
    CREATE SEQUENCE app."My ""seq"" o'clock" MINVALUE -5 START -5;
    SELECT setval('app."My ""seq"" o''clock"', 9223372036854775806);
    COMMENT ON TABLE app.item IS 'one
      of many';
    ALTER TABLE app.item OWNER TO ${a};
    GRANT SELECT (id) ON app.item TO ${b} WITH GRANT OPTION;
    SET ROLE ${b}; GRANT SELECT (id) ON app.item TO ${c}; RESET ROLE;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${a} IN SCHEMA app GRANT SELECT ON TABLES TO ${d}, PUBLIC;
    ALTER TABLE app.item ENABLE ROW LEVEL SECURITY;
    CREATE POLICY mine ON app.item FOR SELECT TO ${e}, ${b} USING (name <> ' TO nobody');
    CREATE FOREIGN DATA WRAPPER far; CREATE SERVER distant FOREIGN DATA WRAPPER far;
    CREATE USER MAPPING FOR ${f} SERVER distant OPTIONS (note 'FOR nobody');
    CREATE USER MAPPING FOR PUBLIC SERVER distant;
    SELECT lo_from_bytea(0, 'a large object');`;
}

/** What `pg_restore --list --verbose` prints for an entry, and for the header. */
function listing({ header, entries }: Archive): readonly string[] {
  const line = ({ dumpId, tableOid, oid, description, namespace, tag, owner, dependencies }: TocEntry) => [
    `${dumpId}; ${tableOid} ${oid} ${description} ${namespace || '-'} ${tag} ${owner ?? ''}`,
    ...(dependencies.length > 0 ? [`;\tdepends on: ${dependencies.join(' ')}`] : []),
  ];
  return [
    `;     dbname: ${header.database}`,
    `;     TOC Entries: ${header.entryCount}`,
    `;     Dump Version: ${header.version.major}.${header.version.minor}-${header.version.revision}`,
    `;     Integer: ${header.integerSize} bytes`,
    `;     Offset: ${header.offsetSize} bytes`,
    `;     Dumped from database version: ${header.serverVersion}`,
    `;     Dumped by pg_dump version: ${header.dumpVersion}`,
    ...entries.flatMap(line),
  ];
}

/** A tar file without one of its members. */
function withoutMember(tar: Buffer, name: string): Buffer {
  let at = 0;
  while (!tar.toString('latin1', at, at + 100).startsWith(`${name}\0`)) at += 512;
  const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
  return Buffer.concat([tar.subarray(0, at), tar.subarray(at + 512 + Math.ceil(size / 512) * 512)]);
}

async function listedBy(server: TestServer, path: string): Promise<string> {
  const result = await runTool(server, 'pg_restore', ['--list', '--verbose', path]);
  expect(result).toMatchObject({ status: 0, stderr: '' });
  return result.stdout;
}

describe.each(serverMajors)('archives of a server %i', major => {
  let folder: string;
  let database: FreshDatabase;
  const path = (name: string) => join(folder, name);

  async function dump(name: string, ...parameters: string[]): Promise<void> {
    const result = await runTool(database.server, 'pg_dump', ['-f', path(name), ...parameters, database.name]);
    expect(result).toMatchObject({ status: 0, stderr: '' });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-'));
    database = await freshDatabase(await sharedServer(major));
    await database.query(schemaOf(database.name));
    await dump('custom', '-Fc');
    await dump('raw', '-Fc', '-Z0');
    await dump('directory', '-Fd');
    await dump('schema', '-Fc', '--schema-only');
    await dump('tar', '-Ft');
    await dump('plain', '-Fp');
    const { host, port, user, password } = database.server;
    const connection = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password.reveal() };
    const program = programPath(clientFolder(), 'pg_dump');
    const options = { encoding: 'buffer', env: { LC_ALL: 'C', ...connection } } as const;
    await writeFile(path('piped'), (await promisify(execFile)(program, ['-Fc', database.name], options)).stdout);
  });

  afterAll(async () => {
    const roles = rolesOf(database.name).map(quoted).join(', ');
    await database[Symbol.asyncDispose]();
    await queryOn(database.server, 'postgres', `DROP ROLE IF EXISTS ${roles}`);
    await rm(folder, { recursive: true });
  });

  it.each(['custom', 'raw', 'piped', 'directory', 'tar'])(
    '%s: header and TOC read as pg_restore reads them',
    async name => {
      const archive = await readArchive(path(name));
      const printed = await listedBy(database.server, path(name));
      const expected = printed
        .split('\n')
        .filter(line => /^(\d+;|;\tdepends|; +(dbname|TOC|Dump|Integer|Off))/.test(line));
      expect(listing(archive)).toEqual(expected);
      expect(printed).toContain(`Archive created at ${archive.header.createdAt.replace('T', ' ')} `);
      expect(archive.entries.filter(entry => entry.hasData).length).toBeGreaterThan(3);
    },
  );

  it('finds the data where it is: at an offset, at none behind a pipe, in a file', async () => {
    const data = async (name: string) => (await readArchive(path(name))).entries.filter(entry => entry.hasData);
    const bytes = await readFile(path('custom'));
    for (const { dumpId, location } of await data('custom')) {
      if (location.kind !== 'offset') throw new Error(`entry ${dumpId} has no offset`);
      expect(location.state).toBe('set');
      expect(bytes.readUInt32LE(location.position + 2)).toBe(dumpId);
    }
    const unset = { kind: 'offset', state: 'unset', position: 0 };
    for (const { location } of await data('piped')) expect(location).toEqual(unset);
    const tables = [...(await data('directory')), ...(await data('tar'))].filter(
      entry => entry.description === 'TABLE DATA',
    );
    for (const { dumpId, location } of tables) expect(location).toEqual({ kind: 'file', name: `${dumpId}.dat` });
  });

  it('reads the contents of a custom archive without its data, but not as an archive', async () => {
    const whole = await readArchive(path('piped'));
    await writeFile(path('contents'), (await readFile(path('piped'))).subarray(0, whole.tocBytes));
    expect(await readContents(path('contents'))).toEqual(whole);
    await expect(readArchive(path('contents'))).rejects.toThrow(/^PGR302 .* ends behind its table of contents/);
    await expect(readContents(path('piped'))).rejects.toThrow(/^PGR302 .* bytes follow the last of its/);
  });

  it('tells a tar archive that was cut anywhere', async () => {
    const whole = await readFile(path('tar'));
    const { entries } = await readArchive(path('tar'));
    for (const bytes of [whole.length - 1, whole.length - 512, whole.length - 1_024, whole.length >> 1, 1_000]) {
      await writeFile(path('cut.tar'), whole.subarray(0, bytes));
      await expect(readArchive(path('cut.tar'))).rejects.toMatchObject({ code: 'PGR302' });
    }
    const lost = entries.find(entry => entry.description === 'TABLE DATA');
    const name = lost?.location.kind === 'file' ? (lost.location.name ?? '') : '';
    await writeFile(path('lost.tar'), withoutMember(whole, name));
    await expect(readArchive(path('lost.tar'))).rejects.toThrow(`the data of entry ${lost?.dumpId} is missing`);
  });

  it('tells compression', async () => {
    const compression = async (name: string) => (await readArchive(path(name))).header.compression.kind;
    expect([await compression('custom'), await compression('raw')]).toEqual(['gzip', 'none']);
  });

  it('knows objects, tables, sequences and roles', async () => {
    const { entries } = await readArchive(path('custom'));
    const objects = (all: readonly TocEntry[]) => objectEntries(all).map(({ description, tag }) => [description, tag]);
    expect(objects(entries)).toContainEqual(['TABLE', `Größe "x" o'clock`]);
    expect(objects(entries)).toEqual(objects((await readArchive(path('schema'))).entries));
    expect(objectEntries(entries).filter(entry => entry.section === 'data')).toEqual([]);
    const tables = ['item', 'part_1', `Größe "x" o'clock`].map(name => ({ schema: 'app', name }));
    expect(tableDataEntries(entries)).toHaveLength(tables.length);
    expect(tableDataEntries(entries)).toEqual(expect.arrayContaining(tables));
    expect(sequencePositions(entries)).toEqual(
      expect.arrayContaining([
        { schema: 'app', name: 'item_id_seq', lastValue: '100', isCalled: true },
        { schema: 'app', name: `Größe "x" o'clock_id_seq`, lastValue: '1', isCalled: false },
        { schema: 'app', name: 'My "seq" o\'clock', lastValue: '9223372036854775806', isCalled: true },
      ]),
    );
    const system = [database.server.user, 'pg_database_owner', 'postgres'];
    expect(rolesNeeded(entries).filter(role => !system.includes(role))).toEqual(rolesOf(database.name));
  });

  it.each([
    ['plain', /is a plain SQL dump/],
    ['directory/toc.dat', /is only the table of contents of a directory archive/],
  ])('refuses %s', async (name, message) => {
    await expect(readArchive(path(name))).rejects.toMatchObject({
      code: 'PGR302',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a custom archive that was compressed afterwards', async () => {
    await writeFile(path('custom.gz'), gzipSync(await readFile(path('custom'))));
    await expect(readArchive(path('custom.gz'))).rejects.toThrow(/is compressed with gzip/);
  });
});

describe('readArchive', () => {
  it('keeps the bytes of a database in another encoding', async () => {
    const server = await sharedServer();
    const folder = await mkdtemp(join(tmpdir(), 'archive-'));
    const name = `latin_${process.pid}`;
    const options = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'";
    await queryOn(server, 'postgres', `CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
    try {
      await queryOn(server, name, 'CREATE TABLE "Größe" ()');
      await runTool(server, 'pg_dump', ['-Fc', '-f', join(folder, 'custom'), name]);
      const { entries } = await readArchive(join(folder, 'custom'));
      expect(entries.map(entry => entry.tag)).toContain('Größe');
      expect(entries.map(entry => entry.definition)).toContain("SET client_encoding = 'LATIN1';\n");
    } finally {
      await queryOn(server, 'postgres', `DROP DATABASE ${name}`);
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what is no archive without waiting for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'archive-'));
    try {
      const [pipe, toc] = [join(folder, 'pipe'), join(folder, 'strange')];
      await promisify(execFile)('mkfifo', [pipe]);
      await mkdir(join(toc, 'toc.dat'), { recursive: true });
      await expect(readArchive(pipe)).rejects.toThrow(/^PGR302 .* is neither a file nor a folder/);
      await expect(readArchive(folder)).rejects.toThrow(/^PGR302 .* it has no toc.dat/);
      await expect(readArchive(toc)).rejects.toThrow(/^PGR302 .* it has no toc.dat/);
      await expect(readArchive(join(folder, 'absent'))).rejects.toThrow(/^PGR221 .* cannot be read \(ENOENT\)/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
