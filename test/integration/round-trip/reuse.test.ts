import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTool } from '../../support/client-tools.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

let source: FreshDatabase;
let workspace: Workspace;

beforeEach(async () => {
  source = await freshDatabase(await sharedServer(), {
    sql: 'CREATE TABLE letters AS SELECT n AS id, chr(96 + n) AS letter FROM generate_series(1, 26) AS n',
  });
  workspace = await makeWorkspace();
});
afterEach(async () => {
  await source[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

const run = (steps: Parameters<Workspace['run']>[0]['steps']) =>
  workspace.run({ connections: { source: source.url, target: source.url }, steps });
const dump = (to: string) => ({ dump: { from: 'source', to } });
const publish = (from: string, folder: string) => ({ publish: { from, folder } });

async function filesOf(folder: string): Promise<Record<string, string>> {
  const files = await readdir(join(workspace.folder, folder), { recursive: true, withFileTypes: true });
  const read = files
    .filter(file => file.isFile())
    .map(async file => {
      const path = join(file.parentPath, file.name);
      return [path.slice(join(workspace.folder, folder).length), await readFile(path, 'base64')] as const;
    });
  return Object.fromEntries(await Promise.all(read));
}

test('a dump set is published to a folder once; the same again is success without work, another one is refused', async () => {
  const first = await run([dump('dumps/one'), dump('dumps/other'), publish('dumps/one', 'shelf/letters')]);
  expect(ending(first.report)).toMatchObject({ exitCode: 0, problems: [], verdict: 'unproven' });
  const published = await filesOf('shelf/letters');
  expect(published).toEqual(await filesOf('dumps/one'));
  expect(Object.keys(published)).toContain('/SHA256SUMS');

  const again = await run([publish('dumps/one', 'shelf/letters')]);
  expect(again.exitCode).toBe(0);
  expect(again.report.steps[0]?.notes.join()).toContain('already');

  const other = await run([publish('dumps/other', 'shelf/letters')]);
  expect(other.exitCode).toBe(4);
  expect(other.report.steps[0]?.problems).toMatchObject([{ code: 'PGR131' }]);
  expect(await filesOf('shelf/letters')).toEqual(published);
  expect(await readdir(join(workspace.folder, 'shelf'))).toEqual(['letters']);
});

test('what was published is restored and verified by later runs, without the source', async () => {
  await run([dump('dumps/one'), publish('dumps/one', 'shelf/letters')]);
  await source.query('DROP TABLE letters');
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const names = { from: 'shelf/letters', into: 'target', as: { [source.name]: copy.name } };

  const restored = await run([{ restore: names }]);
  expect(ending(restored.report)).toEqual({ ...proven, verdict: 'unproven' });
  const verified = await run([{ verify: names }]);
  expect(ending(verified.report)).toEqual(proven);

  await copy.query("UPDATE letters SET letter = 'x'; DELETE FROM letters WHERE id = 7");
  const changed = await run([{ verify: names }]);
  expect(changed.exitCode).toBe(3);
  expect(findingsOf(changed.report)).toEqual([
    { kind: 'changed', object: 'public.letters', property: 'rows', expected: '26', actual: '25' },
  ]);
  const objects = await run([{ verify: { ...names, level: 'objects' } }]);
  expect(ending(objects.report)).toEqual(proven);
});

test('restore and verify in one run prove a dump set from elsewhere', async () => {
  await run([dump('dumps/one')]);
  await cp(join(workspace.folder, 'dumps/one'), join(workspace.folder, 'fetched'), { recursive: true });
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const { report } = await run(drill(source.name, copy.name, { restore: { from: 'fetched' } }).slice(1));
  expect(ending(report)).toEqual(proven);
});

test('a published copy that was damaged is not taken for the same', async () => {
  await run([dump('dumps/one'), publish('dumps/one', 'shelf/letters')]);
  const manifest = join(workspace.folder, 'shelf/letters/manifest.json');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"rows": 26', '"rows": 27'));
  const { report, exitCode } = await run([publish('dumps/one', 'shelf/letters')]);
  expect(exitCode).toBe(3);
  expect(report.steps[0]?.problems).toMatchObject([{ code: 'PGR172' }]);
});

test("a dump set is Postgres' own: pg_restore alone reads it", async () => {
  await run([{ dump: { from: 'source', to: 'dumps/one', format: 'custom' } }]);
  await using database = await freshDatabase(source.server);
  const archive = join(workspace.folder, 'dumps/one', `${source.name}.dump`);
  const { status, stderr } = await runTool(source.server, 'pg_restore', ['-d', database.name, archive]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(await database.query('SELECT count(*)::integer AS n FROM letters')).toEqual([{ n: 26 }]);
});
