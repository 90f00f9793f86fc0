import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writtenForms } from '../../../src/secret.ts';
import type { ActionRun } from '../../support/action-runner.ts';
import { startResultsService } from '../../support/results-service.ts';
import { dropDatabase, freshDatabase, queryOn, sharedServer } from '../../support/servers.ts';
import { expectExit, leftBy, openJob, type TestJob } from './job.ts';

const service = await startResultsService();
const server = await sharedServer();
/** Every sign that is special somewhere: in a URL, a password file, a conninfo, a shell, SQL, JSON and a log. */
const password = 'p:a\\s@s%w/#?\'"é!()*';
const role = `owner_${randomBytes(4).toString('hex')}`;
const quoted = pg.escapeIdentifier(role);

beforeAll(async () => {
  await queryOn(server, 'postgres', `create role ${quoted} superuser login password ${pg.escapeLiteral(password)}`);
});
afterAll(async () => {
  await queryOn(server, 'postgres', `drop role ${quoted}`);
  await service.close();
});

const urlOf = (database: string) =>
  `postgresql://${role}:${encodeURIComponent(password)}@${server.host}:${server.port}/${database}`;

async function expectHidden(run: ActionRun, job: TestJob): Promise<void> {
  for (const [place, text] of Object.entries(await leftBy(run, job))) {
    const found = writtenForms(password).filter(form => text.includes(form));
    expect({ place, found }).toEqual({ place, found: [] });
  }
}

describe('a password with every special sign', () => {
  it('logs in everywhere and is seen nowhere', async () => {
    await using source = await freshDatabase(server, { sql: 'create table customer (id int primary key)' });
    await using job = await openJob(service.environment);
    const copy = `${source.name}_copy`;
    const inputs = {
      'source-url': urlOf(source.name),
      'target-url': urlOf('postgres'),
      'target-database': copy,
      temporary: 'true',
      artifact: 'customers',
    };
    const run = await job.step(inputs);
    try {
      expectExit(run, 0);
      expect(run.masks).toEqual(expect.arrayContaining([password, encodeURIComponent(password)]));
      await expectHidden(run, job);
      const sent = [...service.store.artifacts.values()][0]?.blob.content.toString('latin1') ?? '';
      expect(writtenForms(Buffer.from(password).toString('latin1')).filter(form => sent.includes(form))).toEqual([]);
      const post = await job.post();
      expectExit(post, 0);
      await expectHidden(post, job);
    } finally {
      await dropDatabase(server, copy);
    }
  });

  it.each([
    ['the server refuses it', (url: string) => ({ 'source-url': url.replace(role, 'nobody') }), 'PGR201'],
    ['the database is not there', (url: string) => ({ 'source-url': `${url}_none` }), 'PGR202'],
    ['the port is wrong', (url: string) => ({ 'source-url': url.replace(`:${server.port}/`, ':99999/') }), 'PGR107'],
    ['a parameter is unknown', (url: string) => ({ 'source-url': `${url}?sslmod=require` }), 'PGR104'],
    ['it is given twice', (url: string) => ({ config: twice(url) }), 'PGR106'],
  ])('is not told when %s', async (_, inputs, code) => {
    await using job = await openJob();
    const run = await job.step(inputs(urlOf('postgres')), {
      environment: { PASSWORD: 'correct horse', URL: urlOf('a') },
    });
    expect(run.annotations.map(({ title }) => title)).toEqual([code]);
    await expectHidden(run, job);
    await expectHidden(await job.post(), job);
  });
});

function twice(_url: string): string {
  return 'version: 1\nconnections: { a: { url: "${URL}", password: "${PASSWORD}" } }\nsteps: [{ dump: { to: x } }]\n';
}
