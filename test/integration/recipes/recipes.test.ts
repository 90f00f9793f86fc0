import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { makeWorkspace, type Workspace } from '../../support/round-trip.ts';
import { ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import { keptClients, sealedClient } from '../../support/sealed.ts';
import { queryOn } from '../../support/servers.ts';
import { type Cluster, clear, environmentFor, shownMajor, startCluster } from './cluster.ts';
import { openDoor } from './door.ts';
import { dumpExpectations } from './dump-expectations.ts';
import type { Expectation } from './expectation.ts';
import { dumpSetsOf, fileOf, type Recipe, readPage, withCommands, withDrill } from './page.ts';
import { restoreExpectations } from './restore-expectations.ts';
import { serversOf, shownCommands } from './shown-commands.ts';
import { fillWorkspace, writeList } from './workspace-files.ts';

const file = join(process.cwd(), 'docs/recipes.md');
const text = await readFile(file, 'utf8');
const page = readPage(text);
const expectations: Readonly<Record<string, Expectation>> = { ...dumpExpectations, ...restoreExpectations };

/** `RECIPES=write` puts the commands into the page instead of comparing them. */
const writes = process.env['RECIPES'] === 'write';
const client = await sealedClient(shownMajor);
if (client.kind === 'absent') process.stderr.write(`skipped: ${client.reason}\n`);

test('every recipe has something to be found afterwards', () => {
  expect(page.recipes.map(({ title }) => title)).toEqual(Object.keys(expectations));
});

test('every recipe says when one wants it, and links lead somewhere', () => {
  expect(text).not.toMatch(/^### .*\n+```/m);
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title));
  const links = [...text.matchAll(/\]\(#(.+?)\)/g)].map(([, link]) => link);
  expect(links.filter(link => !anchors.includes(link ?? ''))).toEqual([]);
});

describe.skipIf(client.kind === 'absent')('the recipe', () => {
  let cluster: Cluster;
  let workspace: Workspace;
  let environment: Readonly<Record<string, string>>;
  const planned = new Map<string, readonly string[]>();

  beforeAll(async () => {
    cluster = await startCluster();
    workspace = await makeWorkspace();
    environment = { ...environmentFor(cluster), ...keptClients };
    vi.stubEnv('HOME', await fillWorkspace(workspace, cluster.production));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    if (writes)
      await writeFile(
        file,
        withCommands(
          text,
          page.recipes.map(({ title }) => planned.get(title) ?? []),
        ),
      );
    await workspace?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test.each(page.recipes)('$title', async recipe => {
    const { title, commands } = recipe;
    const expected = expectations[title] ?? {};
    await prepare(recipe);

    const declared = fileOf(page, recipe);
    const servers = serversOf(declared, environment, cluster.servers);
    const shown = shownCommands(await door().plan(declared), servers, workspace.folder);
    planned.set(title, shown);
    expect(writes ? shown : commands).toEqual(shown);

    const run = door();
    const report = await run.run(expected.unproven ? declared : withDrill(page, declared));
    const verdict = expected.unproven ? 'unproven' : 'passed';
    expect({ ...ending(report), unproven: [] }, run.log()).toEqual({ ...proven, verdict });
    await look(title, report);
  });

  const door = () => openDoor(workspace, environment);

  /** Leaves of earlier recipes nothing but the dump set that later ones restore. */
  async function prepare({ title, declared }: Recipe): Promise<void> {
    const { before = {}, restored, keeps } = expectations[title] ?? {};
    if (!keeps) await clear(cluster.scratch, { roles: /globals: true|from: dumps.app/.test(declared) });
    await clear(cluster.older, { roles: false, keep: ['app'] });
    for (const set of dumpSetsOf(declared)) await rm(join(workspace.folder, set), { recursive: true, force: true });
    if (declared.includes('entries.txt') && client.kind === 'available') await writeList(workspace, client.programs);
    if (restored) await door().run(`${page.head}steps: [restore: { from: dumps/app, into: scratch, analyze: false }]`);
    for (const [database, sql] of Object.entries(before)) {
      if (!restored && database !== 'postgres')
        await queryOn(cluster.scratch, 'postgres', `CREATE DATABASE ${database}`);
      await queryOn(cluster.scratch, database, sql);
    }
  }

  async function look(title: string, report: RunReport): Promise<void> {
    const { finds = [], holds = [], lacks = [], phases } = expectations[title] ?? {};
    for (const [place, query, found] of finds) {
      const [database = '', server] = place.split('/').toReversed();
      const ask = () => queryOn(server === 'older' ? cluster.older : cluster.scratch, database, query);
      await expect.poll(ask, { message: query }).toEqual([{ found }]);
    }
    for (const [path, pattern] of holds) expect(await textOf(path)).toMatch(pattern);
    for (const [path, pattern] of lacks) expect(await textOf(path)).not.toMatch(pattern);
    const [last] = resultsOf(report, 'restore').slice(-1);
    const performed = last?.databases[0]?.phases.map(({ name }) => name);
    expect(performed).toEqual(phases ?? performed);
  }

  /** The text of a file, or the names of the files in a folder. */
  async function textOf(path: string): Promise<string> {
    const full = join(workspace.folder, path);
    return /\.\w+$/.test(path) ? readFile(full, 'utf8') : (await readdir(full, { recursive: true })).join('\n');
  }
});

/** As GitHub makes it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
