import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInstallations } from '../../../src/client/installation.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { fingerprints } from '../../support/fingerprints.ts';
import { makeWorkspace, type Step } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
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

describe.each([
  { major: 15, compressions: older },
  { major: 18, compressions: newer },
])('client and server $major', ({ major, compressions }) => {
  let server: ThrowawayServer;
  let client: Availability;
  let source: FreshDatabase;
  beforeAll(async () => {
    client = await sealedClient(major);
    server = await startThrowawayServer({ programs: await programsOf(major) });
    source = await freshDatabase(server, { sql: library });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function run(database: FreshDatabase, dump: Step, look: (found: Found) => Promise<void>) {
    if (client.kind === 'absent') return client.reason;
    // The contents of large objects can only be compared with an archive.
    const level = dump['format'] === 'plain' ? 'counts' : 'content';
    await using workspace = await makeWorkspace();
    await using copy = copyOn(server, `${database.name}_copy`);
    const { report } = await workspace.run(
      {
        connections: { source: database.url, target: database.url },
        client: declarationOf(client.client, installed),
        steps: drill(database.name, copy.name, { dump, verify: { level } }),
      },
      keptClients,
    );
    expect({ ...ending(report), unproven: [] }).toEqual(proven);
    expect(await copy.query(fingerprints)).toEqual(await database.query(fingerprints));
    const set = join(workspace.folder, 'dumps/set');
    await look({ query: sql => copy.query(sql), set, manifest: await workspace.manifest('dumps/set') });
    return undefined;
  }

  test.for(forms(compressions))('$format, $compress: the copy is the source', async (form, context) => {
    const absence = await run(source, form, async ({ query, set, manifest }) => {
      expect(await query(positions)).toEqual(await source.query(positions));
      const [database] = manifest.databases;
      if (database === undefined) throw new Error('nothing was dumped');
      expect(database.sequences).toContainEqual({
        schema: 'books',
        name: 'title_id_seq',
        lastValue: '400',
        isCalled: true,
      });
      expect(await beginningOf(set, database)).toBe(
        beginnings[form.format === 'custom' || form.format === 'tar' ? form.format : kindOf(form.compress)],
      );
    });
    context.skip(absence !== undefined, absence);
  });

  test.for(['plain', 'tar'])('%s: the shop comes through', async (format, context) => {
    await using shop = await freshDatabase(server, { shop: true });
    const absence = await run(shop, { format, globals: true }, async ({ manifest }) => {
      expect(manifest.databases[0]).toMatchObject({ format, largeObjects: 4 });
    });
    context.skip(absence !== undefined, absence);
  });

  test('rows as INSERT statements hold the same', async context => {
    for (const options of [{ inserts: true }, { 'column-inserts': true }, { 'rows-per-insert': 7 }]) {
      const absence = await run(source, { format: 'plain', ...options }, async ({ query, set, manifest }) => {
        expect(await query(positions)).toEqual(await source.query(positions));
        const text = await readFile(join(set, manifest.databases[0]?.path ?? ''), 'utf8');
        expect(text).not.toMatch(/^COPY .* FROM stdin;$/m.exec(text.replace(/AS \$\$.*?\$\$/gs, ''))?.[0] ?? 'no COPY');
        expect(text).toContain(
          'column-inserts' in options ? 'INSERT INTO books.title (id, name, half)' : 'INSERT INTO',
        );
      });
      context.skip(absence !== undefined, absence);
    }
  });

  test('the content of a tar archive is compared; of a text, all but large objects', async context => {
    if (client.kind === 'absent') return context.skip(true, client.reason);
    for (const [format, verdicts] of [
      ['tar', ['passed', 'passed']],
      ['plain', ['passed', 'could-not-verify']],
    ] as const) {
      await using workspace = await makeWorkspace();
      await using copy = copyOn(server, `${source.name}_copy`);
      const { report } = await workspace.run(
        {
          connections: { source: source.url, target: source.url },
          client: declarationOf(client.client, installed),
          steps: drill(source.name, copy.name, { dump: { format }, verify: { level: 'content' } }),
        },
        keptClients,
      );
      const content = checksOf(report).filter(({ level }) => level === 'content');
      expect(content.map(({ verdict }) => verdict)).toEqual(verdicts);
    }
  });
});

interface Found {
  readonly query: FreshDatabase['query'];
  readonly set: string;
  readonly manifest: Awaited<ReturnType<Awaited<ReturnType<typeof makeWorkspace>>['manifest']>>;
}

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
  const { readdir } = await import('node:fs/promises');
  const name = (await readdir(folder)).find(each => /^\d+\.dat/.test(each));
  return join(folder, name ?? '');
}
