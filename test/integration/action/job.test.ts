import { readdir } from 'node:fs/promises';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { dropDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { expectExit, openJob } from './job.ts';
import { databaseExists } from './waiting.ts';

const server = await sharedServer();
const copies: string[] = [];
afterEach(async () => {
  for (const name of copies.splice(0)) await dropDatabase(server, name);
});

/** What a later step does with an output of the action: it adds the password that it has from the secrets. */
async function countAt(databaseUrl: string): Promise<unknown> {
  const url = new URL(databaseUrl);
  expect(url.password).toBe('');
  url.password = server.password.reveal();
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    return (await client.query('select count(*)::int as count from customer')).rows[0];
  } finally {
    await client.end();
  }
}

describe('later steps of a job', () => {
  it.each([
    ['keeps it', 'false', true],
    ['drops a temporary one', 'true', false],
  ])('can use the restored database, and post %s', async (_, temporary, kept) => {
    await using source = await freshDatabase(server, {
      sql: 'create table customer (id int primary key); insert into customer select generate_series(1, 500)',
    });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    const run = await job.step({
      'source-url': source.url,
      'target-url': source.url,
      'target-database': copy,
      temporary,
    });
    expectExit(run, 0);
    expect(run.outputs['database-name']).toBe(copy);
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual([
      {
        name: copy,
        connection: 'target',
        host: server.host,
        port: server.port,
        user: server.user,
        url: run.outputs['database-url'],
      },
    ]);
    expect(await countAt(run.outputs['database-url'] ?? '')).toEqual({ count: 500 });

    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations).toEqual([]);
    expect(await databaseExists(server, copy)).toBe(kept);
    expect(await databaseExists(server, source.name)).toBe(true);
  });
});

describe('post', () => {
  it('drops a temporary database although a later step is connected to it', async () => {
    await using source = await freshDatabase(server, { sql: 'create table customer (id int)' });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    const inputs = { 'source-url': source.url, 'target-url': source.url, 'target-database': copy, temporary: 'true' };
    expect((await job.step(inputs)).exitCode).toBe(0);
    const { host, port, user, password } = server;
    const lingering = new pg.Client({ host, port, user, password: password.reveal(), database: copy });
    lingering.on('error', () => undefined);
    await lingering.connect();
    const post = await job.post();
    expectExit(post, 0);
    expect(await databaseExists(server, copy)).toBe(false);
    await lingering.end().catch(() => undefined);
  });

  it('does nothing after a step that could not even start', async () => {
    await using job = await openJob();
    expect((await job.step({})).exitCode).toBe(2);
    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations).toEqual([]);
  });

  it('removes what it can, and names the database that is left, when the declared file has changed since', async () => {
    await using source = await freshDatabase(server, { sql: 'create table customer (id int)' });
    await using job = await openJob();
    const copy = `${source.name}_copy`;
    copies.push(copy);
    const config = await job.write(
      'trip.yml',
      `version: 1
connections: { a: { url: "\${URL}" } }
steps:
  - dump: { from: a, to: dumps/x }
  - restore: { into: a, as: { ${source.name}: ${copy} }, temporary: true }
`,
    );
    const run = await job.step({ config }, { environment: { URL: source.url } });
    expectExit(run, 0);
    await job.write('trip.yml', 'version: 1\nno: longer\n');
    const post = await job.post();
    expectExit(post, 0);
    expect(post.annotations.map(({ level }) => level)).toEqual(['warning', 'warning']);
    expect(post.annotations.at(-1)?.message).toContain(copy);
    const left = (await readdir(job.temporary)).filter(name => /^pg-roundtrip-(?!report-)/.test(name));
    expect(left).toEqual([]);
  });
});
