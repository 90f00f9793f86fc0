import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret, writtenForms } from '../../../src/secret.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliEnd, type CliOptions, type Place, startCli } from '../../support/cli.ts';
import { allCommandLines, processesAreVisible } from '../../support/processes.ts';
import { urlOf } from '../../support/servers.ts';
import { declared, drillSteps, makeShop, placeWith, type Step, startServer, urls } from './bench.ts';

/** Everything that some way of writing has to escape. */
const password = `p:a\\s@s%w/#?'"é!()*`;
const wrongPassword = `w:r\\o@n%g/#?'"ö!()*`;

let server: ThrowawayServer;

beforeAll(async () => {
  server = await startServer({ password: new Secret(password) });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

interface Observed {
  readonly end: CliEnd;
  /** Everything that others can see of a run: its output, its files, the command lines of all processes meanwhile. */
  readonly seen: ReadonlyMap<string, Buffer>;
}

/** Runs the command line and looks at everything that it leaves or shows, all the time. */
async function observe(place: Place, options: CliOptions): Promise<Observed> {
  const seen = new Map<string, Buffer>();
  const modes = new Set<string>();
  const run = startCli(place, options);
  let over = false;
  const watching = (async () => {
    while (!over && processesAreVisible) {
      for (const line of await allCommandLines())
        seen.set(`command line ${line.replaceAll('\0', ' ')}`, Buffer.from(line));
      for (const mode of await modesOfPassfiles(place)) modes.add(mode);
      await delay(5);
    }
  })();
  const end = await run.ended;
  over = true;
  await watching;
  seen.set('output', Buffer.from(end.output));
  for (const folder of [place.workspace, place.report]) {
    const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of names.filter(one => one.isFile() && one.name !== 'pg-roundtrip.yml')) {
      const path = join(entry.parentPath, entry.name);
      seen.set(path, await readFile(path));
      modes.add(modeOf(await stat(path)));
    }
  }
  expect([...modes].filter(mode => !allowedModes.includes(mode))).toEqual([]);
  expect(await place.remains()).not.toContainEqual(expect.stringMatching(/^temporary/));
  return { end, seen };
}

const allowedModes: readonly string[] = ['600', '600 in 700'];

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8);
}

async function modesOfPassfiles(place: Place): Promise<readonly string[]> {
  const names = await readdir(place.temporary, { recursive: true }).catch(() => []);
  const paths = names.filter(name => name.endsWith('passfile')).map(name => join(place.temporary, name));
  const modes = paths.map(async path => `${modeOf(await stat(path))} in ${modeOf(await stat(dirname(path)))}`);
  // One that is gone meanwhile is as it should be.
  return (await Promise.allSettled(modes)).flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
}

function expectHidden({ seen }: Observed, secrets: readonly string[] = [password]): void {
  const forms = secrets.flatMap(writtenForms);
  expect(forms.length).toBeGreaterThan(8);
  const leaks = [...seen].flatMap(([place, bytes]) =>
    forms.filter(form => bytes.includes(form)).map(form => `${form} in ${place}`),
  );
  expect(leaks).toEqual([]);
}

async function run(
  steps: Step[],
  more: { readonly environment?: Record<string, string>; readonly options?: CliOptions; readonly sql?: string } = {},
) {
  await makeShop(server, more.sql);
  const place = await placeWith(declared({ steps }));
  const environment = { ...urls(server), PASSWORD: password, ...more.environment };
  return { place, observed: await observe(place, { ...more.options, environment }) };
}

const temporary: Step = { temporary: true };

test('a run that succeeds shows its password to nobody', async () => {
  const { place, observed } = await run(
    drillSteps('copy', { dump: { globals: true, format: 'custom', compress: 0 }, restore: temporary }),
  );
  await using _ = place;
  expect(observed.end).toMatchObject({ exitCode: 0, report: { verdict: 'passed' } });
  const looked = [...observed.seen.keys()];
  const files = ['shop.dump', 'globals.sql', 'manifest.json', 'report.json', 'junit.xml', 'summary.md', 'published'];
  const tools = processesAreVisible ? ['/pg_dump --', '/pg_dumpall --', '/pg_restore --'] : [];
  for (const part of [...files, ...tools]) expect(looked).toContainEqual(expect.stringContaining(part));
  expectHidden(observed);
});

describe('a run that fails shows its password to nobody', () => {
  test('when it is the wrong one', async () => {
    const wrong = urlOf({ ...server, password: new Secret(wrongPassword) }, 'shop');
    const { place, observed } = await run(drillSteps(), { environment: { SOURCE_URL: wrong } });
    await using _ = place;
    expect(observed.end).toMatchObject({ exitCode: 1, problem: { code: 'PGR201' } });
    expectHidden(observed, [password, wrongPassword]);
  });

  test('when the database does not exist', async () => {
    const { place, observed } = await run(drillSteps(), {
      environment: urls(server, { source: urlOf(server, 'nowhere') }),
    });
    await using _ = place;
    expect(observed.end).toMatchObject({ exitCode: 1, problem: { code: 'PGR202' } });
    expectHidden(observed);
  });

  test('when the target is refused', async () => {
    const { place, observed } = await run(drillSteps('shop'));
    await using _ = place;
    expect(observed.end).toMatchObject({ exitCode: 4, problem: { code: 'PGR161' } });
    expectHidden(observed);
  });

  test('when the server repeats it in its refusal of a statement', async () => {
    const { place, observed } = await run([{ sql: { on: 'source', run: 'SELECT ($x$ ${PASSWORD}$x$)::int' } }]);
    await using _ = place;
    expect(observed.end).toMatchObject({ exitCode: 1, problem: { code: 'PGR205' } });
    expect(observed.end.problem?.message).toMatch(/invalid input syntax for type integer: " ?\*\*\*/);
    expectHidden(observed);
  });

  test('when pg_restore repeats it', async () => {
    await makeShop(server);
    const hexadecimal = Buffer.from(password).toString('hex');
    const place = await placeWith(declared({ steps: drillSteps('copy', { dump: { from: 'source' } }) }));
    await using _ = place;
    await makeShop(
      server,
      `CREATE FUNCTION tell() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
         IF current_database() <> 'shop' THEN RAISE EXCEPTION 'it is %', convert_from('\\x${hexadecimal}', 'UTF8'); END IF;
         RETURN 1; END $$;
       CREATE MATERIALIZED VIEW told AS SELECT tell()`,
    );
    const observed = await observe(place, { environment: urls(server) });
    expect(observed.end).toMatchObject({ exitCode: 1, problem: { code: 'PGR210' } });
    expect(observed.end.problem?.message).toMatch(/it is \*\*\*/);
    expectHidden(observed);
  });

  test('when the copy differs from the source by it', async () => {
    const comment = { on: 'target', database: 'copy', run: 'COMMENT ON TABLE customer IS $x$ ${PASSWORD}$x$' };
    const [dump = {}, restore = {}, verify = {}] = drillSteps('copy', { restore: temporary });
    const { place, observed } = await run([dump, restore, { sql: comment }, verify], {
      sql: `CREATE TABLE customer (); COMMENT ON TABLE customer IS 'buyers'`,
    });
    await using _ = place;
    expect(observed.end).toMatchObject({ exitCode: 3, problem: { code: 'PGR300' } });
    expect(JSON.stringify(observed.end.report)).toMatch(/IS ' ?\*\*\*/);
    expectHidden(observed);
  });

  test('when it stands unescaped in a URL', async () => {
    const raw = `postgresql://postgres:${password}@127.0.0.1:${server.port}/shop`;
    const { place, observed } = await run(drillSteps(), { environment: { SOURCE_URL: raw } });
    await using _ = place;
    expect(observed.end).toMatchObject({ exitCode: 2 });
    expectHidden(observed);
    for (const part of ['p:a', 'a\\s', 's%w', 'é!(']) expect(observed.end.output).not.toContain(part);
  });
});

test.each(['plan', 'plan --json', 'check'])('%s shows its password to nobody', async command => {
  const { place, observed } = await run(drillSteps(), {
    options: { command: command.split(' ') },
  });
  await using _ = place;
  expect(observed.end).toMatchObject({ exitCode: 0 });
  expectHidden(observed);
});
