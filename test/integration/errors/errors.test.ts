import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePlace, type Place, runCli } from '../../support/cli.ts';
import { type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { startArchive } from '../../unit/client/sealed/mirror-server.ts';
import { declared, performed } from './cases.ts';
import { endOf, expectedEnd, type Material, trip } from './error-case.ts';
import { changedOnTheWay, fetched, locked } from './fetching.ts';

/** Errors that no other test meets where users would. */
let database: FreshDatabase;
let made: Place;
let material: Material;

beforeAll(async () => {
  const sql = 'CREATE TABLE book (id int PRIMARY KEY); CREATE VIEW shelf AS SELECT id FROM book';
  database = await freshDatabase(await sharedServer(), { sql });
  made = await makePlace();
  await made.write('trip.yml', trip([{ dump: { from: 'source', to: 'set' } }]));
  const end = await runCli(made, { command: ['run', 'trip.yml'], environment: { SOURCE_URL: database.url } });
  if (end.exitCode !== 0) throw new Error(end.output);
  material = { url: database.url, database: database.name, dumped: join(made.workspace, 'set') };
});
afterAll(async () => {
  await made[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe.each([
  ['declared', declared],
  ['performed', performed],
])('what is %s', (_, cases) => {
  test.each(cases)('$code: $name', async each => {
    expect(await endOf(each, material)).toMatchObject(expectedEnd(each));
  });
});

describe.skipIf(locked === undefined || process.platform !== 'linux')('a client to be fetched', () => {
  test.concurrent.each(fetched)('$code: $name', async each => {
    expect(await endOf(each, material)).toMatchObject(expectedEnd(each));
  });

  test.concurrent('PGR251: a mirror that sends something else', async () => {
    const files = locked?.packages.map(({ path, bytes }) => [path, Buffer.alloc(bytes)] as const);
    await using mirror = await startArchive(new Map(files));
    const each = changedOnTheWay(mirror.url);
    expect(await endOf(each, material)).toMatchObject(expectedEnd(each));
    expect(mirror.asked.length).toBeGreaterThan(0);
  });
});
