import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpsCommand } from '../../../src/cli/dumps-command.ts';
import { parseCommandLine } from '../../../src/cli/options.ts';
import { hostileNames, hostileSchema } from '../../../src/demo/shop/hostile-names.ts';
import { RoundtripError } from '../../../src/errors.ts';
import { plainPlatform } from '../../../src/platform/plain.ts';
import { quoteIdentifier } from '../../../src/postgres/quote.ts';
import { writeProof } from '../../../src/storage/proof.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';

/** What happens to the shop between two nights. */
const changes = `
  ALTER TABLE shop.customers ADD COLUMN phone text;
  DELETE FROM shop.no_columns;
  SELECT setval('shop.order_number', 888880);
  SELECT lo_create(88000);
  GRANT SELECT ON shop.categories TO PUBLIC;
  DROP MATERIALIZED VIEW shop.best_sales;
  ${hostileTexts.map(text => `CREATE TABLE shop.${quoteIdentifier(text)} ();`).join('\n')}`;

let source: FreshDatabase;
let workspace: Workspace;
beforeAll(async () => {
  source = await freshDatabase(await sharedServer(), { shop: true, name: 'shop' });
  workspace = await makeWorkspace();
  const dump = (to: string, more: object) => ({
    dump: { from: 'shop', databases: source.name, to: `dumps/${to}`, ...more },
  });
  const { exitCode, stdout } = await workspace.run({
    connections: { shop: source.url },
    steps: [
      dump('monday', { globals: true, 'content-hash': true }),
      dump('twin', { format: 'custom', compress: 'none', 'content-hash': true }),
      { sql: { on: 'shop', database: source.name, run: changes } },
      dump('tuesday', { format: 'custom', 'content-hash': true }),
      dump('text', { format: 'plain', exclude: { table: 'shop.orders' } }),
      dump('tar', { format: 'tar', include: { schema: 'archive' } }),
    ],
  });
  if (exitCode !== 0) throw new Error(stdout);
  await cp(path('monday', `${source.name}.dir`), join(workspace.folder, 'bare.dir'), { recursive: true });
  await cp(path('tuesday', `${source.name}.dump`), join(workspace.folder, 'bare.dump'));
  await cp(path('tar', `${source.name}.tar`), join(workspace.folder, 'bare.tar'));
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

const path = (...parts: readonly string[]) => join(workspace.folder, 'dumps', ...parts);

/** A command as it is typed, in the folder of the dump sets' folder. */
async function look(command: 'ls' | 'inspect' | 'diff', words: readonly string[], width?: number) {
  let text = '';
  const stdout = { write: (piece: string) => (text += piece) };
  const { folder } = workspace;
  const platform = plainPlatform({ stdout, stderr: stdout, workspace: folder, temporary: folder, interactive: false });
  const line = parseCommandLine([command, ...words], {});
  const { signal } = new AbortController();
  const direct = { folder, workspace: folder, temporary: folder, environment: {} };
  const exitCode = await dumpsCommand({ command, line, direct, platform, width, signal });
  return { exitCode, text };
}

async function lookJson(command: 'ls' | 'inspect' | 'diff', ...words: readonly string[]) {
  const { text, exitCode } = await look(command, [...words, '--json']);
  return { exitCode, ...JSON.parse(text) };
}

const codeOf = (command: 'ls' | 'inspect' | 'diff', ...words: readonly string[]) =>
  look(command, words).then(
    ({ exitCode }) => exitCode,
    (error: unknown) => (error instanceof RoundtripError ? error.code : error),
  );

/** A copy of a dump set in which something is broken. */
async function broken(of: string, name: string, breakIt: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(workspace.folder, name);
  await cp(path(of), folder, { recursive: true });
  await breakIt(folder);
  return name;
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40);
  await writeFile(file, bytes);
}

describe('ls', () => {
  it('lists what dumps have made, newest first', async () => {
    await writeProof(path('monday'), {
      schema: 1,
      level: 'content',
      ignored: 0,
      verifiedAt: '2026-11-23T01:02:03Z',
      tool: 'x',
    });
    const { exitCode, text } = await look('ls', ['dumps']);
    expect(exitCode).toBe(0);
    const [title, , ...rows] = text.trimEnd().split('\n');
    expect(title).toMatch(/^5 dump sets in .*dumps: /);
    expect(rows.map(row => row.split(' ')[0])).toEqual(['tar', 'text', 'tuesday', 'twin', 'monday']);
    expect(rows.at(-1)).toMatch(/ {2}content, 2026-11-23 01:02:03 UTC {2}no$/);
    expect(rows[0]).toMatch(/B {2}no +no$/);
    const { sets, others } = await lookJson('ls', 'dumps');
    expect(sets.at(-1)).toMatchObject({ name: 'monday', databases: [source.name], encrypted: false });
    expect(others).toEqual([]);
    expect((await look('ls', ['.'])).text).toContain('no dump set: bare.dump (it is no folder)');
    expect(await codeOf('ls')).toBe('PGR129');
  });
});

describe('inspect', () => {
  it('tells what is in a dump set, once every hash has been checked', async () => {
    const { exitCode, text } = await look('inspect', ['dumps/monday']);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^ {2}hashes +hold: every byte of \d+ files was checked$/m);
    expect(text).toMatch(/^ {2}proven +content, 2026/m);
    expect(text).toMatch(/^ {2}globals +\d+ roles without passwords: .*shop_owner/m);
    expect(text).toMatch(/^ {2}archive +shop_\w+\.dir, directory, compression \w+/m);
    expect(text).toMatch(/^ {2}snapshot .*WAL position [\dA-F]+\/[\dA-F]+/m);
    expect(text).toMatch(/^ {2}extensions .*hstore [\d.]+ in public/m);
    expect(text).toMatch(/^ {2}content hashes +of all \d+ tables$/m);
    expect(text).toMatch(/^ {2}shop +\d+ .*\d+$/m);
    expect(text).toMatch(/^ {2}… and \d+ more \(--all\)$/m);
    const all = await look('inspect', ['dumps/monday', '--all', '--quick']);
    expect(all.text).toMatch(/^ {2}hashes +not checked \(--quick\)$/m);
    expect(all.text).not.toContain(' hold:');
    expect(all.text).toMatch(/^ {2}proven +content, .* UTC, of the files as its hashes list them$/m);
    expect(all.text).not.toContain('--all');
    expect(all.text).toMatch(/^ {2}shop\.order_number +777770 {2}yes$/m);
  });

  it('the same for programs', async () => {
    const { exitCode, tool, databases, ...set } = await lookJson('inspect', 'dumps/text');
    const server = { version: expect.stringMatching(/^\d+\./), systemIdentifier: expect.stringMatching(/^\d+$/) };
    expect(set).toMatchObject({ schema: 1, kind: 'dump set', encrypted: false, proof: null, globals: null, server });
    expect(set.soundness).toEqual({ kind: 'hashes hold', files: 3 });
    expect({ exitCode, tool: tool.name }).toEqual({ exitCode: 0, tool: 'pg-roundtrip' });
    expect(databases).toHaveLength(1);
    const [database] = databases;
    expect(database).toMatchObject({ name: source.name, format: 'plain', compression: 'none', encoding: 'UTF8' });
    expect(database.options).toEqual(['--exclude-table=shop.orders']);
    expect(database.notCovered.kinds).toMatchObject({ TABLE: 1 });
    expect(database.tables[0].bytes).toBeGreaterThanOrEqual(database.tables[1].bytes);
    expect(database.sequences).toContainEqual(expect.objectContaining({ name: 'order_number', lastValue: '888880' }));
    expect(database.unread).toBeNull();
    expect(await codeOf('inspect', 'dumps')).toBe('PGR171');
  });

  it('tells of a bare archive what its table of contents does', async () => {
    const found = await Promise.all(
      ['bare.dir', 'dumps/monday', 'bare.dump', 'dumps/tuesday', 'bare.tar', 'dumps/tar'].map(name =>
        lookJson('inspect', name),
      ),
    );
    for (const index of [0, 2, 4]) {
      const [archive, set] = [found[index], found[index + 1]];
      expect(archive).toMatchObject({ exitCode: 0, kind: 'archive', soundness: { kind: 'no hashes' }, proof: null });
      const [one, same] = [archive.databases[0], set.databases[0]];
      for (const key of ['name', 'format', 'objects', 'sequences', 'roles', 'largeObjects', 'encoding'])
        expect(one[key]).toEqual(same[key]);
      const names = (tables: readonly { schema: string; name: string }[]) =>
        tables.map(table => `${table.schema}.${table.name}`).toSorted();
      expect(names(one.tables)).toEqual(names(same.tables));
    }
    const { text } = await look('inspect', ['bare.tar']);
    expect(text).toMatch(/^ {2}hashes +none: /m);
    expect(text).not.toContain(' hold:');
  });

  it('a damaged dump set is told as far as it is sound, is not proven, and ends with 3', async () => {
    const rows = await broken('monday', 'rows', async folder => {
      await cp(`${path('monday')}.verified.json`, `${folder}.verified.json`);
      const inside = join(folder, `${source.name}.dir`);
      const [name = ''] = (await readdir(inside)).filter(file => /^\d+\.dat/.test(file));
      await flip(join(inside, name));
    });
    const { exitCode, text } = await look('inspect', [rows]);
    expect(exitCode).toBe(3);
    expect(text).toMatch(/^ {2}hashes +do NOT hold: .*\.dat\S* has changed$/m);
    expect(text).toMatch(/^ {2}proven +no$/m);
    expect(text).toMatch(/^ {2}shop +\d+ /m);
    expect(await lookJson('inspect', rows, '--quick')).toMatchObject({
      exitCode: 0,
      soundness: { kind: 'not checked' },
    });

    const contents = await broken('monday', 'contents', folder => flip(join(folder, `${source.name}.dir`, 'toc.dat')));
    expect(await lookJson('inspect', contents, '--quick')).toMatchObject({
      exitCode: 3,
      databases: [{ objects: null }],
    });
    expect((await look('inspect', [contents])).text).toContain('objects unknown: ');
    expect(await codeOf('diff', contents, 'dumps/monday')).toBe('PGR172');
    expect(await codeOf('diff', 'dumps/monday', contents)).toBe('PGR172');

    const manifest = await broken('monday', 'manifest', folder => flip(join(folder, 'manifest.json')));
    const none = await broken('monday', 'none', folder => rm(join(folder, 'manifest.json')));
    for (const words of [[manifest], [manifest, '--quick']]) expect(await codeOf('inspect', ...words)).toBe('PGR172');
    expect(await codeOf('inspect', none)).toBe('PGR171');
    expect(await codeOf('diff', manifest, 'dumps/monday')).toBe('PGR172');
    await flip(join(workspace.folder, 'bare.dir/toc.dat'));
    await cp(path('monday', `${source.name}.dir`, 'toc.dat'), join(workspace.folder, 'bare.dir/toc.dat'));
  });
});

describe('diff', () => {
  it('two dumps of one night are equal, whatever their formats', async () => {
    const { exitCode, text } = await look('diff', ['dumps/monday', 'dumps/twin']);
    expect(text).toMatch(
      /^no difference in \d+ objects, the contents of \d+ tables by their hashes and \d+ sequences$/m,
    );
    expect(exitCode).toBe(0);
    // An archive alone has no counts, which is said.
    const bare = await look('diff', ['bare.dir', 'dumps/twin']);
    expect(bare.text).toMatch(
      /^no difference in \d+ objects, the number of rows of 0 tables .*\(rows of \d+ tables not counted/m,
    );
    expect(bare.exitCode).toBe(0);
  });

  it('tells what a day has changed', async () => {
    const { exitCode, equal, databases, notes, before } = await lookJson('diff', 'dumps/monday', 'dumps/tuesday');
    expect({ exitCode, equal }).toEqual({ exitCode: 3, equal: false });
    expect(before.path).toBe(path('monday'));
    expect(notes).toEqual(['only the first has globals: roles were not compared']);
    const [{ objects, tables, sequences, largeObjects, extensions }] = databases;
    const extra = hostileTexts.map(text => ({ kind: 'extra', object: `TABLE shop.${text}` }));
    expect(objects.filter(({ kind }: { kind: string }) => kind === 'changed')).toEqual([
      { kind: 'changed', object: 'TABLE shop.customers', property: 'definition', expected: '', actual: 'phone text,' },
      {
        kind: 'changed',
        object: 'ACL shop.TABLE categories',
        property: 'definition',
        expected: '',
        actual: 'GRANT SELECT ON TABLE shop.categories TO PUBLIC;',
      },
    ]);
    expect(objects).toEqual(
      expect.arrayContaining([{ kind: 'missing', object: 'MATERIALIZED VIEW shop.best_sales' }, ...extra]),
    );
    expect(tables.filter((table: { in: string }) => table.in === 'both')).toEqual([
      { schema: 'shop', name: 'customers', in: 'both', before: 500, after: 500, content: 'different' },
      { schema: 'shop', name: 'no_columns', in: 'both', before: 2, after: 0, content: 'different' },
    ]);
    const position = (lastValue: string) => ({ lastValue, isCalled: true });
    expect(sequences).toEqual([
      { schema: 'shop', name: 'order_number', before: position('777770'), after: position('888880') },
    ]);
    expect(largeObjects).toEqual([{ kind: 'extra', object: 'LARGE OBJECT 88000' }]);
    expect(extensions).toEqual([]);
    const back = await lookJson('diff', 'dumps/tuesday', 'dumps/monday');
    expect(back.databases[0].objects).toHaveLength(objects.length);
  });

  it('names its limits and takes names of databases', async () => {
    const { text } = await look('diff', ['dumps/tuesday', 'dumps/text']);
    expect(text).toContain('dumped with other options: none → --exclude-table=shop.orders');
    expect(text).toMatch(/^ {2}- TABLE shop\.orders$/m);
    const same = `--as=${source.name}=${source.name}`;
    expect(await codeOf('diff', 'dumps/monday', 'dumps/twin', same)).toBe(0);
    for (const as of ['--as=x', '--as=nowhere=x', `--as=${source.name}=nowhere`])
      expect(await codeOf('diff', 'dumps/monday', 'dumps/twin', as)).toBe('PGR129');
    expect(await codeOf('diff', 'dumps/monday')).toBe('PGR129');
    expect(await codeOf('diff', 'dumps/monday', 'nowhere')).toBe('PGR221');
  });
});

it('hostile names are shown and act on nothing', async () => {
  const outputs = await Promise.all([
    look('inspect', ['dumps/tuesday', '--all', '--quick']),
    look('inspect', ['bare.dump', '--all']),
    look('diff', ['dumps/monday', 'dumps/tuesday', '--all'], 60),
    look('diff', ['dumps/monday', 'dumps/tuesday', '--json']),
    look('inspect', ['dumps/tuesday', '--json', '--quick']),
  ]);
  for (const { text } of outputs) {
    expect(text).toContain('error title=x,file=y');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(text).not.toMatch(/^\s*::|##\w*\[/m);
  }
  const { databases } = await lookJson('inspect', 'dumps/tuesday', '--quick');
  const names = databases[0].tables.map(({ schema, name }: { schema: string; name: string }) => `${schema}.${name}`);
  expect(names).toEqual(expect.arrayContaining(hostileNames.map(name => `${hostileSchema}.${name}`)));
  expect(names).toEqual(expect.arrayContaining(hostileTexts.map(text => `shop.${text}`)));
});
