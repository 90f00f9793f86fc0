import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TocEntry } from '../../../src/postgres/archive/model.ts';
import { readArchive } from '../../../src/postgres/archive/read.ts';
import { features } from '../../../src/postgres/compatibility/features.ts';
import { findBlockers, objectName } from '../../../src/postgres/compatibility/find-blockers.ts';
import { newFunctions } from '../../../src/postgres/compatibility/new-functions.ts';
import { openSession } from '../../../src/postgres/session.ts';
import { readTargetKnowledge } from '../../../src/steps/compatibility.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { sealedClient } from '../../support/sealed.ts';
import { parametersOf, programsOf, queryOn } from '../../support/servers.ts';
import { type Sample, samplesOf13, samplesOf18 } from './samples.ts';

/** The newest client can dump every one of these, and restore into it. */
const majors = [13, 14, 15, 16, 17, 18];

const seen = new Set<string>();
const servers = new Map<number, ThrowawayServer>();
let folder = '';
let client: Awaited<ReturnType<typeof sealedClient>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compatibility-'));
  client = await sealedClient(18);
  if (client.kind === 'absent') return;
  for (const major of majors) {
    const server = await startThrowawayServer({ programs: await programsOf(major) });
    servers.set(major, server);
    await queryOn(server, 'postgres', 'CREATE ROLE sample_role');
  }
});

afterAll(async () => {
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test.for([
  [18, samplesOf18, majors.filter(major => major < 18)],
  [13, samplesOf13, majors.filter(major => major > 13)],
] as const)(
  'what of %i another major cannot hold is found, and nothing else',
  async ([major, samples, targets], context) => {
    if (client.kind === 'absent') return context.skip(client.reason);
    const archive = join(folder, `${major}.dump`);
    // A retry finds what could not be dropped: the databases of subscriptions.
    const name = `samples_${randomBytes(4).toString('hex')}`;
    await fill(serverOf(major), name, samples);
    await run('pg_dump', serverOf(major), [
      '--format=custom',
      ...(major < 18 ? [] : ['--statistics']),
      `--file=${archive}`,
      name,
    ]);
    const { entries } = await readArchive(archive);
    for (const target of targets) {
      const server = serverOf(target);
      await using session = await openSession(parametersOf(server, 'postgres'), { applicationName: 'test' });
      const { blockers } = findBlockers(entries, major, await readTargetKnowledge(session));
      await queryOn(server, 'postgres', `CREATE DATABASE ${name} TEMPLATE template0`);
      const stderr = await run('pg_restore', server, ['--verbose', `--dbname=${name}`, archive]);
      for (const { what } of blockers) seen.add(what.replace(/: (?:known from|gone in) .*/, ''));
      const named = new Set(blockers.map(({ object }) => object));
      const { failed, roots } = failures(stderr, entries);
      const where = `${major} to ${target}`;
      expect(
        roots.filter(object => !named.has(object)),
        `${where}: not found`,
      ).toEqual([]);
      expect(
        [...named].filter(object => !failed.includes(object)),
        `${where}: found for nothing`,
      ).toEqual([]);
    }
  },
);

test('each row of the list has been found', context => {
  if (client.kind === 'absent') return context.skip(client.reason);
  expect(features.filter(({ name, harmless }) => harmless !== true && !seen.has(name))).toEqual([]);
});

test('the functions of each major came with it', async context => {
  if (client.kind === 'absent') return context.skip(client.reason);
  for (const [major, names] of Object.entries(newFunctions)) {
    for (const there of [Number(major) - 1, Number(major)]) {
      const rows = await queryOn(
        serverOf(there),
        'postgres',
        `SELECT DISTINCT proname::text AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN (${names.map(name => `'${name}'`).join()})`,
      );
      expect(rows.map(({ name }) => String(name)).toSorted(), `functions of ${major} in ${there}`).toEqual(
        there === Number(major) ? names.toSorted() : [],
      );
    }
  }
});

function serverOf(major: number): ThrowawayServer {
  const server = servers.get(major);
  if (server === undefined) throw new Error(`no server ${major}`);
  return server;
}

async function fill(server: ThrowawayServer, database: string, samples: readonly Sample[]): Promise<void> {
  await queryOn(server, 'postgres', `CREATE DATABASE ${database} TEMPLATE template0`);
  await queryOn(server, database, 'CREATE EXTENSION btree_gist');
  for (const [index, { name, sql }] of samples.entries()) {
    const schema = `s${index}`;
    await queryOn(server, database, `CREATE SCHEMA ${schema}`);
    const statements = `SET search_path = ${schema}, public; ${sql.replaceAll('%s', schema)}`;
    await queryOn(server, database, statements).catch((error: unknown) => {
      throw new Error(`sample ${name}: ${String(error)}`);
    });
  }
}

async function run(program: string, server: ThrowawayServer, parameters: readonly string[]): Promise<string> {
  if (client.kind === 'absent') throw new Error(client.reason);
  const child = spawn(join(client.programs, program), parameters, {
    env: {
      LC_ALL: 'C',
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.password.reveal(),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (program === 'pg_dump' && child.exitCode !== 0) throw new Error(stderr);
  return stderr;
}

/** Entries that failed, and those of them that depend on no other. */
function failures(
  stderr: string,
  entries: readonly TocEntry[],
): { readonly failed: readonly string[]; readonly roots: readonly string[] } {
  const ids = new Set([...stderr.matchAll(/^pg_restore: from TOC entry (\d+);/gm)].map(match => Number(match[1])));
  const failed = entries.filter(({ dumpId }) => ids.has(dumpId));
  const roots = failed.filter(({ dependencies }) => !dependencies.some(id => ids.has(id)));
  return { failed: failed.map(objectName), roots: roots.map(objectName) };
}
