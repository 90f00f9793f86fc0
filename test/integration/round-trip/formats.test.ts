import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInstallations } from '../../../src/client/installation.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { fingerprints } from '../../support/fingerprints.ts';
import { drillMany, type ManyDrills } from '../../support/many-drills.ts';
import { makeWorkspace, type Step, type Workspace } from '../../support/round-trip.ts';
import { checksOf, drill, ending, proven } from '../../support/round-trip-results.ts';
import { type Availability, declarationOf, keptClients, sealedClient } from '../../support/sealed.ts';
import { type FreshDatabase, freshDatabase, programsOf } from '../../support/servers.ts';

const installed = await findInstallations();

const library = `
  CREATE SCHEMA books;
  CREATE TABLE books.title (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, half integer);
  INSERT INTO books.title (name, half) SELECT 'title ' || n || E'\\nSELECT pg_catalog.setval(''books.title_id_seq'', 7, true);', n / 2
    FROM generate_series(1, 400) AS n;
  CREATE TABLE books."no columns" ();
  CREATE SEQUENCE books.unused START 5; CREATE SEQUENCE books.used; SELECT nextval('books.used');
  CREATE INDEX ON books.title (half);
  CREATE MATERIALIZED VIEW books.halves AS SELECT half, count(*) FROM books.title GROUP BY half;
  CREATE FUNCTION books.loads() RETURNS text LANGUAGE sql AS $$ SELECT 'COPY books.title (id, name, half) FROM stdin;
1	no	1
\\.
' $$;
  SELECT lo_from_bytea(77000, '\\x00ff');`;

const positions = `SELECT (SELECT last_value::text || is_called FROM books.title_id_seq) AS title,
  (SELECT last_value::text || is_called FROM books.unused) AS unused, (SELECT last_value::text || is_called FROM books.used) AS used,
  (SELECT count(*)::integer FROM books.halves) AS halves, encode(lo_get(77000), 'hex') AS large`;

/** The first bytes of each form on disk: of the file, or of a member of the folder. */
const beginnings: Readonly<Record<string, string>> = {
  custom: '5047444d50',
  tar: Buffer.from('toc.dat').toString('hex'),
  none: Buffer.from('--\n').toString('hex'),
  gzip: '1f8b',
  lz4: '04224d18',
  zstd: '28b52ffd',
};

const older = ['none', 'gzip:3'];
const newer = ['none', 'gzip', 'lz4', 'zstd:3'];

function forms(compressions: readonly string[]): readonly { readonly format: string; readonly compress: string }[] {
  const compressed = ['custom', 'directory', 'plain'].flatMap(format =>
    compressions.map(compress => ({ format, compress })),
  );
  return [...compressed, { format: 'tar', compress: 'auto' }];
}

/** Rows as statements, beside COPY. */
const statements: readonly Step[] = [{ inserts: true }, { 'column-inserts': true }, { 'rows-per-insert': 7 }];

describe.each([
  { major: 15, compressions: older },
  { major: 18, compressions: newer },
])('client and server $major', ({ major, compressions }) => {
  const dumps = [
    ...forms(compressions),
    ...statements.map(options => ({ format: 'plain', compress: 'none', ...options })),
  ];
  let server: ThrowawayServer;
  let client: Availability;
  let source: FreshDatabase;
  let workspace: Workspace;
  let drills: ManyDrills | undefined;
  beforeAll(async () => {
    client = await sealedClient(major);
    server = await startThrowawayServer({ programs: await programsOf(major) });
    source = await freshDatabase(server, { sql: library });
    workspace = await makeWorkspace();
    if (client.kind === 'absent') return;
    // The contents of large objects can only be compared with an archive.
    const options = dumps.map(dump => ({
      dump,
      level: dump.format === 'plain' ? ('counts' as const) : ('content' as const),
    }));
    drills = await drillMany(source, workspace, options, declarationOf(client.client, installed));
  });
  afterAll(async () => {
    await workspace[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('all are proven', context => {
    if (drills === undefined) return context.skip();
    expect({ ...ending(drills.report), unproven: [] }).toEqual(proven);
  });

  test.for([...dumps.entries()])('%j: the copy is the source', async ([index, dump], context) => {
    const copy = drills?.copies[index];
    if (copy === undefined) return context.skip();
    expect(await copy.query(fingerprints)).toEqual(await source.query(fingerprints));
    expect(await copy.query(positions)).toEqual(await source.query(positions));
    const [database] = (await workspace.manifest(`dumps/${index}`)).databases;
    if (database === undefined) throw new Error('nothing was dumped');
    expect(database.sequences).toContainEqual({
      schema: 'books',
      name: 'title_id_seq',
      lastValue: '400',
      isCalled: true,
    });
    const set = join(workspace.folder, `dumps/${index}`);
    const form = dump.format === 'custom' || dump.format === 'tar' ? dump.format : kindOf(dump.compress);
    expect(await beginningOf(set, database)).toBe(beginnings[form]);
    if (index < dumps.length - statements.length) return;
    const text = (await readFile(join(set, database.path), 'utf8')).replace(/AS \$\$.*?\$\$/gs, '');
    expect(text).not.toMatch(/^COPY .* FROM stdin;$/m);
    expect(text).toContain('column-inserts' in dump ? 'INSERT INTO books.title (id, name, half)' : 'INSERT INTO');
  });

  test('of a text, rows and large objects are compared by their hashes', async context => {
    if (client.kind === 'absent') return context.skip(true, client.reason);
    await using elsewhere = await makeWorkspace();
    const steps = drill(source.name, `${source.name}_text`, {
      dump: { format: 'plain' },
      verify: { level: 'content' },
    });
    const { report } = await elsewhere.run(
      {
        connections: { source: source.url, target: source.url },
        client: declarationOf(client.client, installed),
        steps,
      },
      keptClients,
    );
    const content = checksOf(report).filter(({ level }) => level === 'content');
    expect(content.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  });
});

function kindOf(compress: string): string {
  return compress.replace(/:.*/, '');
}

async function beginningOf(set: string, { path, format }: { readonly path: string; readonly format: string }) {
  const file = format === 'directory' ? await aMember(join(set, path)) : join(set, path);
  const bytes = await readFile(file);
  const known = Object.values(beginnings).toSorted((one, other) => other.length - one.length);
  const found = known.find(beginning => bytes.toString('hex', 0, 16).startsWith(beginning));
  return found ?? (format === 'directory' ? beginnings['none'] : undefined);
}

/** A member with the rows of a table; what is not compressed begins with those. */
async function aMember(folder: string): Promise<string> {
  const name = (await readdir(folder)).find(each => /^\d+\.dat/.test(each));
  return join(folder, name ?? '');
}
