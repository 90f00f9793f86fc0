import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoteIdentifier } from '../../src/postgres/quote.ts';
import type { ThrowawayServer } from '../../src/throwaway/throwaway-server.ts';
import { type CliEnd, type Place, startCli } from '../support/cli.ts';
import { processesAreVisible, processesMarked } from '../support/processes.ts';
import { ending } from '../support/round-trip-results.ts';
import { queryOn, urlOf } from '../support/servers.ts';
import { peersOf, portSuffix } from '../support/sockets.ts';
import { identityOf, recipientTextOf } from '../unit/storage/age/keys.ts';
import { declared, placeWith, startServer } from './faults/bench.ts';

/** Names of roles too, which no line may break. */
const hostile = [
  `o'brien "quoted"`,
  '-rf',
  '--help',
  '; DROP SCHEMA public CASCADE; --',
  '$(touch pwned) `touch pwned` ${HOME}',
  '::add-mask::x',
  'back\\slash % * ?',
  '../up',
  `63 bytes ${'ü'.repeat(27)}`,
];
/** Of everything but roles. */
const broken = ['two\nlines', '\\! touch pwned\n\\connect elsewhere', 'carriage\rreturn'];

/** A thing of each kind that has a name, called by it. */
function everything(name: string): string {
  const it = quoteIdentifier(name);
  const role = broken.includes(name) ? 'postgres' : it;
  return `${role === it ? `CREATE ROLE ${it};` : ''}
    CREATE SCHEMA ${it} AUTHORIZATION ${role};
    CREATE TYPE public.${it} AS ENUM (${`'${name.replaceAll("'", "''")}'`});
    CREATE FUNCTION ${it}.${it}(${it} int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE TABLE ${it}.${it} (${it} int, CONSTRAINT ${it} CHECK (${it}.${it}(${it}) > 0));
    CREATE INDEX ${quoteIdentifier(`${name.slice(0, 20)} index`)} ON ${it}.${it} (${it});
    CREATE POLICY ${it} ON ${it}.${it} TO ${role} USING (true);
    CREATE PUBLICATION ${it} FOR TABLE ${it}.${it};
    INSERT INTO ${it}.${it} VALUES (1);
    GRANT SELECT ON ${it}.${it} TO ${role}; ALTER TABLE ${it}.${it} OWNER TO ${role};`;
}

let source: ThrowawayServer;
let target: ThrowawayServer;
let place: Place;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  await queryOn(source, 'postgres', 'CREATE DATABASE shop TEMPLATE template0');
  await queryOn(source, 'shop', [...hostile, ...broken].map(everything).join('\n'));
  place = await placeWith('');
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

/** What a CI gives to the action, and what a machine may have set, none of which is for a child. */
const surroundings = {
  INPUT_CONFIG: 'of the action alone',
  ACTIONS_RUNTIME_TOKEN: 'of the action alone',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the action alone',
  GITHUB_TOKEN: 'of the action alone',
  AWS_SECRET_ACCESS_KEY: 'of the action alone',
  PSQLRC: '/somewhere/psqlrc',
  PGDATABASE: 'elsewhere',
  PGOPTIONS: '-c statement_timeout=1',
  LD_PRELOAD_OF_TESTS: 'x',
};

/** The whole of what a client program may be given. */
const given = ['LC_ALL', 'PGAPPNAME', 'PGPASSFILE', 'PGTZ', 'SSL_CERT_FILE', 'TMPDIR'];

interface Observed {
  readonly end: CliEnd;
  /** Names of variables of client programs. */
  readonly variables: ReadonlySet<string>;
  readonly programs: ReadonlySet<string>;
  readonly peers: ReadonlySet<string>;
}

async function observe(steps: readonly Readonly<Record<string, unknown>>[]): Promise<Observed> {
  await place.write('pg-roundtrip.yml', declared({ steps }));
  const [variables, programs, peers] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const run = startCli(place, {
    environment: {
      ...surroundings,
      SOURCE_URL: urlOf(source, 'shop'),
      TARGET_URL: urlOf(target, 'postgres'),
      RECIPIENT: await recipientTextOf('a'),
      IDENTITY: identityOf('a'),
    },
  });
  let over = false;
  const watching = (async () => {
    while (!over && processesAreVisible) {
      for (const { pid, program } of await processesMarked(place.temporary)) {
        for (const peer of await peersOf(pid)) peers.add(peer);
        if (!/^(?:pg_|psql)/.test(program)) continue;
        programs.add(program);
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        for (const line of environment.split('\0').filter(Boolean)) variables.add(line.replace(/=.*/s, ''));
      }
      await delay(10);
    }
  })();
  const end = await run.ended;
  over = true;
  await watching;
  return { end, variables, programs, peers };
}

function expectKept({ end, variables, programs, peers }: Observed): void {
  if (end.report === undefined) throw new Error(end.output);
  expect(ending(end.report)).toMatchObject({ exitCode: 0, problems: [], findings: [] });
  if (!processesAreVisible) return;
  expect(programs.size).toBeGreaterThan(0);
  expect([...variables].filter(name => !given.includes(name))).toEqual([]);
  const known = [source, target].map(({ port }) => portSuffix(port));
  expect(peers.size).toBeGreaterThan(0);
  expect([...peers].filter(peer => !known.some(suffix => peer.endsWith(suffix)))).toEqual([]);
}

test('a run gives its children a short list of variables, and talks to its servers and to nobody else', async () => {
  const observed = await observe([
    { dump: { from: 'source', to: 'set', globals: true } },
    { restore: { into: 'target', as: { shop: 'copy' } } },
    { verify: { level: 'content' } },
    { publish: { folder: 'published/set', encrypt: { recipients: ['${RECIPIENT}'] } } },
  ]);
  expectKept(observed);
  expect(observed.end.exitCode).toBe(0);
});

test('names that are quotes, lines, options, paths and commands come back as they were, and do nothing', async () => {
  const names = await queryOn(
    target,
    'copy',
    `SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_|^info|^public'`,
  );
  expect(names.map(row => String(row['name'])).toSorted()).toEqual([...hostile, ...broken].toSorted());
  for (const name of hostile)
    expect(
      await queryOn(
        target,
        'copy',
        `SELECT r.rolname AS owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
         WHERE c.relkind = 'r' AND c.relname = '${name.replaceAll("'", "''")}'`,
      ),
    ).toEqual([{ owner: name }]);
  expect((await place.remains()).filter(path => path.endsWith('pwned'))).toEqual([]);
});

test('what is fetched is for its user alone, file by file', async () => {
  const observed = await observe([
    { fetch: { folder: 'published/set', decrypt: { identity: '${IDENTITY}' }, to: 'fetched' } },
    { restore: { from: 'fetched', into: 'target', as: { shop: 'second' }, temporary: true } },
    { verify: {} },
  ]);
  expectKept(observed);
  const folder = join(place.workspace, 'fetched');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(entries.length).toBeGreaterThan(3);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    expect({ path, mode: (await stat(path)).mode & 0o777 }).toEqual({
      path,
      mode: entry.isDirectory() ? 0o700 : 0o600,
    });
  }
});
