import { chmod, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/errors.ts';
import { freePort } from '../../../src/throwaway/free-port.ts';
import type { ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { type CliOptions, handOver, makePlace, type Place, runCli } from '../../support/cli.ts';
import { urlOf } from '../../support/servers.ts';
import {
  clusterState,
  declared,
  drillSteps,
  failure,
  makeShop,
  type Step,
  startServer,
  traces,
  urls,
} from './bench.ts';

let server: ThrowawayServer;
let before: readonly string[];

beforeAll(async () => {
  server = await startServer();
  await makeShop(server);
  before = await clusterState(server);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

interface Case {
  readonly name: string;
  readonly code: ErrorCode;
  readonly says: RegExp;
  readonly remedy: RegExp;
  /** The declared file; by default a drill that would succeed. */
  readonly file?: string | undefined;
  readonly prepare?: (place: Place) => Promise<CliOptions | undefined>;
  readonly environment?: () => Promise<Record<string, string>> | Record<string, string>;
}

const drill = declared({ steps: drillSteps() });
const dumpOnly = (dump: Step, more: Step = {}) =>
  declared({ steps: [{ dump: { from: 'source', to: 'dumps/set', ...dump } }], ...more });

const declaredFile: readonly Case[] = [
  {
    name: 'a file that does not exist',
    file: undefined,
    code: 'PGR126',
    says: /pg-roundtrip\.yml does not exist/,
    remedy: /path of a file/,
    prepare: async () => ({}),
  },
  {
    name: 'a folder in its place',
    file: undefined,
    code: 'PGR126',
    says: /folder\.yml is a folder/,
    remedy: /path of a file/,
    prepare: async place => {
      await place.write('folder.yml/x', '');
      return { command: ['run', 'folder.yml', `--report-path=${place.report}`] };
    },
  },
  {
    name: 'a file that this user may not read',
    code: 'PGR126',
    says: /may not be read by this user/,
    remedy: /path of a file/,
    prepare: async place => {
      await chmod(join(place.workspace, 'pg-roundtrip.yml'), 0o000);
      if (process.geteuid?.() !== 0) return {};
      await handOver(place, 65_534);
      return { user: 65_534 };
    },
  },
];

const connections: readonly Case[] = [
  {
    name: 'a wrong password',
    code: 'PGR201',
    says: /refused the password of user "postgres"/,
    remedy: /check user and password/,
    environment: () => ({
      ...urls(server),
      SOURCE_URL: urlOf(server, 'shop').replace(encodeURIComponent(server.password.reveal()), 'sesame%20open'),
    }),
  },
  {
    name: 'an unknown database',
    code: 'PGR202',
    says: /database "no such shop" does not exist/,
    remedy: /check the name/,
    environment: () => urls(server, { source: urlOf(server, 'no such shop') }),
  },
  {
    name: 'no server',
    code: 'PGR200',
    says: /cannot be reached: nothing listens there/,
    remedy: /check the port/,
    environment: async () =>
      urls(server, { target: urlOf({ ...server, port: await freePort('127.0.0.1') }, 'postgres') }),
  },
  {
    name: 'an unknown host',
    code: 'PGR200',
    says: /db\.nonexistent\.invalid:\d+ cannot be reached/,
    remedy: /check the (host|network)/,
    environment: () => urls(server, { source: urlOf({ ...server, host: 'db.nonexistent.invalid' }, 'shop') }),
  },
];

const clients: readonly Case[] = [
  {
    name: 'a client folder without a client',
    file: dumpOnly({}, { client: { path: 'tools' } }),
    code: 'PGR152',
    says: /client\.path .*tools does not hold pg_dump/,
    remedy: /name the folder of the programs/,
  },
  {
    name: 'a client that is not installed',
    file: dumpOnly({}, { client: { version: 12 } }),
    code: 'PGR151',
    says: /a client of major 12 was asked for; there are /,
    remedy: /install one .*postgresql-client-\d+/,
  },
];

const filters: readonly Case[] = [
  {
    name: 'databases that match nothing',
    file: dumpOnly({ databases: ['billing_*'] }),
    code: 'PGR180',
    says: /"billing_\*" matches no database/,
    remedy: /check the spelling/,
  },
  {
    name: 'a table that matches nothing',
    file: dumpOnly({ include: { table: ['public.ordres'] } }),
    code: 'PGR180',
    says: /public\.ordres/,
    remedy: /check .*spelling/,
  },
  {
    name: 'a schema that matches nothing',
    file: dumpOnly({ include: { schema: ['accounting'] } }),
    code: 'PGR180',
    says: /accounting/,
    remedy: /check .*spelling/,
  },
];

describe.each([
  ['the declared file', declaredFile],
  ['connections', connections],
  ['clients', clients],
  ['filters', filters],
])('%s', (_, cases) => {
  test.each(cases)('$name', async each => {
    await using place = await makePlace();
    if (!('file' in each) || each.file !== undefined) await place.write('pg-roundtrip.yml', each.file ?? drill);
    const environment = (await each.environment?.()) ?? urls(server);
    const end = await runCli(place, { ...(await each.prepare?.(place)), environment });
    expect(end).toMatchObject(failure(each.code, each.says, each.remedy));
    expect(end.output).not.toContain(server.password.reveal());
    expect(await traces(place)).toEqual([]);
    expect(await clusterState(server)).toEqual(before);
  });
});

describe('a dump that would leave the workspace through a link', () => {
  test.each([
    ['a folder above it is a link', 'link/set'],
    ['a link deeper down', 'dumps/link/deeper/set'],
    ['the folder itself is a link to nowhere', 'dangling'],
  ])('%s', async (_, to) => {
    await using place = await makePlace();
    await using outside = await makePlace();
    await place.write('dumps/x', '');
    await symlink(outside.workspace, join(place.workspace, 'link'));
    await symlink(outside.workspace, join(place.workspace, 'dumps/link'));
    await symlink(join(outside.workspace, 'set'), join(place.workspace, 'dangling'));
    const links = await place.remains();
    await place.write('pg-roundtrip.yml', dumpOnly({ to }));
    const end = await runCli(place, { environment: urls(server) });
    expect(end.exitCode).toBe(4);
    expect(end).toMatchObject(failure(to === 'dangling' ? 'PGR131' : 'PGR130', to, /./));
    expect(await traces(place)).toEqual(links);
    expect(await outside.remains()).toEqual([]);
  });

  test('the folder for temporary files is no way out of it', async () => {
    await using place = await makePlace();
    const outside = { to: join(place.temporary, 'set') };
    await place.write(
      'pg-roundtrip.yml',
      declared({
        steps: [{ dump: { from: 'source', ...outside } }, { publish: { folder: join(place.temporary, 'copy') } }],
      }),
    );
    expect(await runCli(place, { environment: urls(server) })).toMatchObject({ exitCode: 0 });
    expect((await readdir(place.temporary)).toSorted()).toEqual(['copy', 'set']);
  });

  test('publishing through one', async () => {
    await using place = await makePlace();
    await using outside = await makePlace();
    await symlink(outside.workspace, join(place.workspace, 'link'));
    await place.write(
      'pg-roundtrip.yml',
      declared({ steps: [{ dump: { from: 'source', to: 'set' } }, { publish: { folder: 'link/published' } }] }),
    );
    const end = await runCli(place, { environment: urls(server) });
    expect(end).toMatchObject(failure('PGR130', /link\/published leads out of the workspace/, /below the workspace/));
    expect(await outside.remains()).toEqual([]);
  });
});
