import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import type { ActionRun } from '../../support/action-runner.ts';
import { makePlace, runCli } from '../../support/cli.ts';
import { addArtifact, type StoredArtifact } from '../../support/results-service/store.ts';
import { startResultsService } from '../../support/results-service.ts';
import { startS3Server } from '../../support/s3-server/server.ts';
import { programsOf, queryOn, urlOf } from '../../support/servers.ts';
import { identityOf, recipientTextOf } from '../../unit/storage/age/keys.ts';
import { exampleNames, runWorkflow } from './run-workflow.ts';

const service = await startResultsService();
let production: ThrowawayServer;

/** People whose data must not leave. */
const people = ['Ada Lovelace', 'ada@lovelace.example', '+44 20 7946 0018', 'meet me at noon'];

const application = `
  create table customer (id int primary key, name text not null, email text unique, phone text);
  create table message (id int primary key, customer int not null references customer, body text);
  create table access_log (at timestamptz, who text);
  create index on message (customer);
  alter table customer owner to app_owner;
  grant select on customer to app_reader;
  insert into customer values (1, '${people[0]}', '${people[1]}', '${people[2]}');
  insert into customer select i, 'Person ' || i, 'person' || i || '@old.example', '+49 30 ' || i from generate_series(2, 400) i;
  insert into message values (1, 1, '${people[3]}');
  insert into message select i, i, 'private words of ' || i from generate_series(2, 400) i;
  insert into access_log select now(), '${people[0]}' from generate_series(1, 10);
  create schema shop;
  create table shop.product (id int generated always as identity primary key, name text not null, price int check (price > 0));
  create table shop.event_log (line text);
  insert into shop.event_log values ('not needed');
  insert into shop.product (name, price) select 'product ' || i, i from generate_series(1, 50) i;
  create function shop.total() returns bigint language sql as 'select sum(price) from shop.product';
  create view shop.cheap as select * from shop.product where price < 10;
  alter database app set statement_timeout = '5min'`;

beforeAll(async () => {
  production = await startThrowawayServer({ programs: await programsOf() });
  await queryOn(production, 'postgres', 'create role app_owner; create role app_reader');
  for (const name of ['app', 'billing_eu', 'other', 'warehouse']) {
    await queryOn(production, 'postgres', `create database ${name}${name === 'app' ? ' owner app_owner' : ''}`);
  }
  await queryOn(production, 'app', application);
  await queryOn(
    production,
    'billing_eu',
    'create table invoice (id int primary key); insert into invoice values (1), (2)',
  );
  await queryOn(production, 'warehouse', 'create table own (id int); insert into own values (7)');
});
afterAll(async () => {
  await production[Symbol.asyncDispose]();
  await service.close();
});

function ranAs(run: number, workflow: string): void {
  const usual = { conclusion: 'success', branch: 'main', headRepository: 'example/shop' };
  service.store.runs.set(`run-${run}`, { id: 4710 + run, path: `.github/workflows/${workflow}.yml`, ...usual });
}

const artifactsOf = (run: number): readonly StoredArtifact[] =>
  [...service.store.artifacts.values()].filter(one => one.run === `run-${run}`);

async function reportOf(run: ActionRun): Promise<RunReport> {
  return JSON.parse(await readFile(`${run.outputs['report-path']}/report.json`, 'utf8')) as RunReport;
}

it('every example is one of those that are run here', () => {
  expect(exampleNames).toEqual([
    'disaster-recovery',
    'masked-snapshot',
    'migration-test',
    'nightly-backup',
    'offsite-backup',
    'schema-copy',
  ]);
});

describe('nightly backup', () => {
  it('dumps, proves, publishes and rotates', async () => {
    const day = 86_400_000;
    for (let age = 1; age <= 40; age += 1) {
      const run = 100 + age;
      ranAs(run, 'nightly-backup');
      const digest = String(run).padStart(64, '0');
      for (const name of ['nightly', `nightly.verified-${digest.slice(0, 16)}`]) {
        const old = addArtifact(service.store, {
          run: `run-${run}`,
          job: 'job',
          name,
          mimeType: '',
          expiresAt: undefined,
        });
        Object.assign(old, {
          createdAt: new Date(Date.now() - age * day).toISOString(),
          finished: true,
          digest: `sha256:${digest}`,
        });
      }
    }
    const run = await runWorkflow('nightly-backup', {
      run: 1,
      values: { 'secrets.PRODUCTION_DATABASE_URL': urlOf(production, 'postgres') },
      environment: service.environment,
      whileRunning: async action => {
        expect(action.outputs['dump-path']).toMatch(/dumps\/nightly-\d{4}-\d\d-\d\dT\d{6}Z$/);
        const { steps } = await reportOf(action);
        const [dump, restore, , , prune] = steps.map(({ result }) => result);
        expect(dump).toMatchObject({ databases: [{ name: 'app', format: 'directory' }, { name: 'billing_eu' }] });
        expect(restore).toMatchObject({ rolesCreated: ['app_owner', 'app_reader'] });
        const kept = prune?.kind === 'prune' ? prune.sets.filter(({ fate }) => fate === 'keep') : [];
        // Seven days and, of the weeks and months, what is older: at least one more each, at most four and one.
        expect(kept.length).toBeGreaterThanOrEqual(9);
        expect(kept.length).toBeLessThanOrEqual(12);
      },
    });
    ranAs(1, 'nightly-backup');
    expect(run.outputs).toMatchObject({ verdict: 'passed', 'artifact-name': 'nightly' });
    const [set, proof] = artifactsOf(1);
    expect(proof?.name).toBe(`nightly.verified-${set?.digest?.replace('sha256:', '').slice(0, 16)}`);
    expect(artifactsOf(101)).toHaveLength(2);
    expect(artifactsOf(139)).toEqual([]);
  });
});

describe('off-site backup', () => {
  it('proves, encrypts and stores, and comes back with the identity alone', async () => {
    await using storage = await startS3Server();
    const { accessKeyId, secretAccessKey, region } = storage.login;
    const values = {
      'secrets.PRODUCTION_DATABASE_URL': urlOf(production, 'app'),
      'vars.BACKUP_BUCKET': storage.bucket.name,
      'vars.BACKUP_RECIPIENT': await recipientTextOf('a'),
      'secrets.BACKUP_KEY_ID': accessKeyId,
      'secrets.BACKUP_KEY': secretAccessKey,
      'vars.BACKUP_REGION': region,
      'vars.BACKUP_ENDPOINT': storage.endpoint.href,
    };
    const run = await runWorkflow('offsite-backup', { run: 6, values, environment: service.environment });
    expect(run.outputs['verdict']).toBe('passed');
    const keys = [...storage.bucket.objects.keys()].map(key => key.replace(/^app\/[^/]+\//, ''));
    expect(keys.sort()).toEqual([expect.stringMatching(/^[0-9a-f]{8}\.tar\.age$/), 'index.json', 'verified.json']);
    const [key = ''] = storage.bucket.objects.keys();
    await using place = await makePlace();
    await place.write('key.txt', identityOf('a'));
    const name = `s3://${storage.bucket.name}/app/${key.split('/')[1]}`;
    const fetched = await runCli(place, {
      command: ['fetch', name, '--to=dumps/back', '--identity-file=key.txt'],
      environment: {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: region,
        AWS_ENDPOINT_URL: storage.endpoint.href,
      },
    });
    expect(fetched.output).toContain('unproven'.toUpperCase());
    const { databases } = await checkDumpSet(join(place.workspace, 'dumps/back'));
    expect(databases.map(({ name }) => name)).toEqual(['app']);
  });
});

describe('disaster recovery', () => {
  it('makes a running, analyzed and verified cluster from nothing but the backup, and tells how long it took', async () => {
    await using fresh = await startThrowawayServer({ programs: await programsOf() });
    const run = await runWorkflow('disaster-recovery', {
      run: 2,
      values: { 'secrets.NEW_SERVER_URL': urlOf(fresh, 'postgres') },
      environment: service.environment,
      whileRunning: async action => {
        const report = await reportOf(action);
        const { usableAfterSeconds = 0, provenAfterSeconds = 0 } = report.recovery ?? {};
        expect(usableAfterSeconds).toBeGreaterThan(0);
        expect(provenAfterSeconds).toBeGreaterThan(usableAfterSeconds);
        expect(action.summary).toMatch(/Recovery time: usable after .+, proven after .+/);
      },
    });
    expect(run.outputs['verdict']).toBe('passed');
    const look = (database: string, sql: string) => queryOn(fresh, database, sql);
    expect(
      await look('app', 'select count(*)::int as n, max(phone) filter (where id = 1) as phone from customer'),
    ).toEqual([{ n: 400, phone: people[2] }]);
    expect(await look('billing_eu', 'select count(*)::int as n from invoice')).toEqual([{ n: 2 }]);
    expect(await look('app', "select tableowner as owner from pg_tables where tablename = 'customer'")).toEqual([
      { owner: 'app_owner' },
    ]);
    expect(await look('app', "select has_table_privilege('app_reader', 'customer', 'select') as may")).toEqual([
      { may: true },
    ]);
    expect(await look('app', "select count(*)::int as n from pg_stats where tablename = 'customer'")).toEqual([
      { n: 4 },
    ]);
    expect(await look('app', 'show statement_timeout')).toEqual([{ statement_timeout: '5min' }]);
    expect(await look('app', "select pg_get_userbyid(datdba) as owner from pg_database where datname = 'app'")).toEqual(
      [{ owner: 'app_owner' }],
    );
  });
});

describe('masked snapshot', () => {
  it('publishes a proven dump in which nobody can be found', async () => {
    const run = await runWorkflow('masked-snapshot', {
      run: 3,
      values: { 'secrets.STAGING_DATABASE_URL': urlOf(production, 'app') },
      environment: service.environment,
    });
    ranAs(3, 'masked-snapshot');
    expect(run.outputs).toMatchObject({ verdict: 'passed', 'artifact-name': 'app-snapshot' });
    const published = await everythingIn(artifactsOf(3));
    expect(published).toContain('customer-1@example.com');
    for (const secret of [...people, 'Person 17', '@old.example', 'private words', '+49 30']) {
      expect(published).not.toContain(secret);
    }
    const original = await queryOn(production, 'app', 'select name from customer where id = 1');
    expect(original).toEqual([{ name: people[0] }]);
  });

  it('the search would have found them in a dump that is not masked', async () => {
    expect(await everythingIn(artifactsOf(1))).toContain(people[0]);
  });

  it('publishes nothing when someone was forgotten', async () => {
    await queryOn(
      production,
      'app',
      "alter table message add column subject text; create function forget() returns trigger language plpgsql as $$ begin new.phone := '1'; return new; end $$; create trigger forget before update on customer for each row execute function forget()",
    );
    const failing = runWorkflow('masked-snapshot', {
      run: 4,
      values: { 'secrets.STAGING_DATABASE_URL': urlOf(production, 'app') },
      environment: service.environment,
    });
    await expect(failing).rejects.toThrow(/a customer is not masked/);
    expect(artifactsOf(4)).toEqual([]);
    await queryOn(
      production,
      'app',
      'drop trigger forget on customer; drop function forget; alter table message drop column subject',
    );
  });
});

describe('migration test', () => {
  const migration = 'alter table customer add column country text; create index on customer (country);';

  it('runs the migrations of a pull request on the latest snapshot, on a server that is gone afterwards', async () => {
    let url = '';
    const run = await runWorkflow('migration-test', {
      run: 5,
      values: { 'github.ref': 'refs/pull/1/merge' },
      environment: service.environment,
      files: { 'migrations/0001.sql': migration },
      whileRunning: async ({ outputs }) => {
        const address = new URL(outputs['database-url'] ?? '');
        address.password = outputs['database-password'] ?? '';
        url = address.href;
        expect(await queryAt(url, 'select count(country)::int as country, count(*)::int as n from customer')).toEqual([
          { country: 0, n: 400 },
        ]);
      },
    });
    expect(run.outputs).toMatchObject({ verdict: 'passed', 'database-name': 'app' });
    await expect(queryAt(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('fails the job when a migration does not fit the data', async () => {
    const failing = runWorkflow('migration-test', {
      run: 6,
      values: { 'github.ref': 'refs/pull/2/merge' },
      environment: service.environment,
      files: { 'migrations/0001.sql': 'alter table customer alter column phone set not null;' },
    });
    await expect(failing).rejects.toThrow(/column "phone".* contains null values/);
  });
});

describe('schema copy', () => {
  it('takes a schema into a database that is in use, under another name', async () => {
    const run = await runWorkflow('schema-copy', {
      run: 7,
      values: {
        'secrets.SOURCE_DATABASE_URL': urlOf(production, 'app'),
        'secrets.TARGET_DATABASE_URL': urlOf(production, 'warehouse'),
        'inputs.schema': 'shop_copy',
      },
      environment: service.environment,
    });
    expect(run.outputs['verdict']).toBe('passed');
    const look = (sql: string) => queryOn(production, 'warehouse', sql);
    expect(await look('select id from public.own')).toEqual([{ id: 7 }]);
    expect(await look('select shop_copy.total()::int as total, count(*)::int as cheap from shop_copy.cheap')).toEqual([
      { total: 1275, cheap: 9 },
    ]);
    expect(await look('select count(*)::int as n from shop_copy.event_log')).toEqual([{ n: 0 }]);
    expect(await look("insert into shop_copy.product (name, price) values ('new', 1) returning id")).toEqual([
      { id: 51 },
    ]);
    expect(await look("select count(*)::int as n from pg_namespace where nspname = 'shop'")).toEqual([{ n: 0 }]);
    await queryOn(production, 'warehouse', 'drop schema shop_copy cascade');
  });
});

/** Every byte of packed dump sets as text, compressed files unpacked. */
async function everythingIn(artifacts: readonly StoredArtifact[]): Promise<string> {
  const texts: string[] = [];
  for (const { blob, name } of artifacts) {
    if (name.includes('.verified-')) {
      texts.push(blob.content.toString('latin1'));
      continue;
    }
    const archive = extract();
    archive.end(blob.content);
    for await (const entry of archive) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      const content = Buffer.concat(parts);
      texts.push((entry.header.name.endsWith('.gz') ? gunzipSync(content) : content).toString('latin1'));
    }
  }
  return texts.join('\n');
}

async function queryAt(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
