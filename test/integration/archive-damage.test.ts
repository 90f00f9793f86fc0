import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RoundtripError } from '../../src/errors.ts';
import { objectEntries } from '../../src/postgres/archive/object-entries.ts';
import { parseArchive } from '../../src/postgres/archive/parse.ts';
import { rolesNeeded } from '../../src/postgres/archive/roles.ts';
import { sequencePositions } from '../../src/postgres/archive/sequences.ts';
import { tableDataEntries } from '../../src/postgres/archive/table-data.ts';
import { freshDatabase, runTool, sharedServer } from '../support/servers.ts';
import { inputOf } from '../unit/postgres/archive/archive-builder.ts';

/** Something of every kind of entry that more is read from than its fields. */
const sql = `
  CREATE SCHEMA app;
  CREATE TABLE app.item (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
  INSERT INTO app.item (name) SELECT 'item ' || n FROM generate_series(1, 100) AS n;
  CREATE TABLE app."Größe" (id serial, item integer REFERENCES app.item);
  GRANT SELECT (id) ON app.item TO pg_monitor WITH GRANT OPTION;
  ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO pg_monitor, PUBLIC;
  CREATE POLICY mine ON app.item FOR SELECT TO pg_monitor USING (name <> ' TO nobody');
  SELECT lo_from_bytea(0, 'a large object');`;

let custom: Buffer;
let toc: Buffer;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'archive-'));
  afterAll(() => rm(folder, { recursive: true }));
  await using database = await freshDatabase(await sharedServer(), { sql });
  const dump = (...parameters: string[]) => runTool(database.server, 'pg_dump', [...parameters, database.name]);
  await dump('-Fc', '-f', join(folder, 'custom'));
  await dump('-Fd', '-f', join(folder, 'directory'));
  custom = await readFile(join(folder, 'custom'));
  toc = await readFile(join(folder, 'directory', 'toc.dat'));
});

/** Reads a directory's TOC and everything that is derived from it. */
async function understand(bytes: Buffer): Promise<'understood'> {
  const { entries } = await parseArchive(inputOf(bytes), 'folder');
  for (const derive of [objectEntries, rolesNeeded, tableDataEntries, sequencePositions]) derive(entries);
  return 'understood';
}

it('refuses a custom archive that is cut before its last block, by the TOC alone', async () => {
  const { entries, tocSha256 } = await parseArchive(inputOf(custom), 'file');
  const last = Math.max(...entries.map(({ location }) => (location.kind === 'offset' ? location.position : 0)));
  for (let length = 0; length <= last; length++) {
    const cut = parseArchive(inputOf(custom.subarray(0, length)), 'file');
    await expect(cut).rejects.toMatchObject({ code: 'PGR302' });
  }
  expect((await parseArchive(inputOf(custom.subarray(0, last + 1)), 'file')).tocSha256).toBe(tocSha256);
});

it('refuses the TOC of a directory that is cut anywhere', async () => {
  expect(await understand(toc)).toBe('understood');
  for (let length = 0; length < toc.length; length++) {
    const cut = parseArchive(inputOf(toc.subarray(0, length)), 'folder');
    await expect(cut).rejects.toMatchObject({ code: 'PGR302' });
  }
});

it('understands a TOC with any byte changed, or refuses it, and nothing else', async () => {
  for (const [at, byte] of toc.entries())
    for (const flip of [0xff, 1 << (at % 8)]) {
      const changed = Buffer.from(toc);
      changed[at] = byte ^ flip;
      const outcome = await understand(changed).catch((error: unknown) => error);
      const expected = outcome === 'understood' || (outcome instanceof RoundtripError && outcome.code === 'PGR302');
      expect(expected, `byte ${at}: ${byte} changed to ${changed[at]} gave ${String(outcome)}`).toBe(true);
    }
});
