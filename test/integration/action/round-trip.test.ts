import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { startResultsService } from '../../support/results-service.ts';
import { dropDatabase, type FreshDatabase, freshDatabase, queryOn, sharedServer } from '../../support/servers.ts';
import { expectExit, metadata, openJob, shownLog } from './job.ts';

const service = await startResultsService();
const server = await sharedServer();
const copies: string[] = [];
afterEach(async () => {
  service.reset();
  for (const name of copies.splice(0)) await dropDatabase(server, name);
});
afterAll(() => service.close());

function copyOf(source: FreshDatabase): string {
  const name = `${source.name}_copy`;
  copies.push(name);
  return name;
}

const small = `
  create table customer (id int primary key, name text);
  insert into customer select i, 'customer ' || i from generate_series(1, 500) i`;

describe('the short form', () => {
  it('dumps, restores, proves and publishes; what another job downloads is that dump set', async () => {
    await using source = await freshDatabase(server, { shop: true });
    await using job = await openJob(service.environment);
    const copy = copyOf(source);
    const run = await job.step({
      'source-url': source.url,
      'target-url': source.url,
      'target-database': copy,
      artifact: 'shop-dump',
      'retention-days': '7',
    });

    expectExit(run, 0);
    expect(run.annotations.filter(one => one.level !== 'notice')).toEqual([]);
    expect(run.commands.filter(one => one.name === 'group').map(one => one.data)).toHaveLength(4);
    expect(shownLog(run)).toContain('PASSED');
    expect(run.summary).toMatch(/^## ✅ Passed/);
    expect(run.summary).toContain(copy);

    const dumpPath = join(job.workspace, 'dumps/pg-roundtrip');
    const sent = [...service.store.artifacts.values()][0]?.blob.content ?? Buffer.alloc(0);
    const sha256 = createHash('sha256').update(sent).digest('hex');
    expect(run.outputs).toMatchObject({
      verdict: 'passed',
      'exit-code': '0',
      'dump-path': dumpPath,
      'artifact-id': '101',
      'artifact-name': 'shop-dump',
      'artifact-digest': sha256,
      'artifact-url': '/example/shop/actions/runs/4711/artifacts/101',
      'database-name': copy,
    });
    expect(Object.keys(run.outputs).sort()).toEqual(Object.keys(metadata.outputs).sort());

    const id = run.outputs['artifact-id'] ?? '';
    const path = join(job.temporary, 'downloaded');
    const inputs = { id, path, 'expected-hash': `sha256:${sha256}` };
    const download = await job.step(inputs, { bundle: join(import.meta.dirname, 'download-step.ts') });
    expect(download.outputs['digest-mismatch']).toBe('false');
    expect(await readdir(path)).toEqual(['shop-dump']);

    const unpacked = join(job.temporary, 'unpacked');
    await mkdir(unpacked);
    await promisify(execFile)('tar', ['-xf', join(path, 'shop-dump'), '-C', unpacked]);
    expect(await checkDumpSet(join(unpacked, 'pg-roundtrip'))).toEqual(await checkDumpSet(dumpPath));

    await dropDatabase(server, copy);
    const config = `version: 1
connections: { target: { url: "\${TARGET_URL}" } }
steps:
  - restore: { from: ${join(unpacked, 'pg-roundtrip')}, into: target, as: { ${source.name}: ${copy} } }
  - verify:
`;
    const restored = await job.step({ config }, { environment: { TARGET_URL: source.url } });
    expectExit(restored, 0);
    expect(restored.outputs).toMatchObject({ verdict: 'passed', 'database-name': copy });
  });

  it('without a target leaves the dump unproven, and says so', async () => {
    await using source = await freshDatabase(server, { sql: small });
    await using job = await openJob();
    const run = await job.step({ 'source-url': source.url, 'dump-path': 'out/small', format: 'custom' });
    expectExit(run, 0);
    expect(run.outputs).toMatchObject({ verdict: 'unproven', 'exit-code': '0', 'artifact-id': '', databases: '[]' });
    expect(run.summary).toMatch(/^## ⚠️ Unproven/);
    const manifest = await checkDumpSet(join(job.workspace, 'out/small'));
    expect(manifest.databases.map(({ name, format }) => ({ name, format }))).toEqual([
      { name: source.name, format: 'custom' },
    ]);
  });

  it('compares as deep as asked, and leaves out what is not wanted', async () => {
    await using source = await freshDatabase(server, { sql: small });
    await using job = await openJob();
    const run = await job.step({
      'source-url': source.url,
      'target-url': source.url,
      'target-database': copyOf(source),
      'exclude-table-data': 'public.customer',
      level: 'objects',
    });
    expect(run.outputs['verdict']).toBe('passed');
    const [row] = await queryOn(server, run.outputs['database-name'] ?? '', 'select count(*)::int from customer');
    expect(row).toEqual({ count: 0 });
    const report = JSON.parse(await readFile(join(run.outputs['report-path'] ?? '', 'report.json'), 'utf8'));
    expect(report.steps[2].result.level).toBe('objects');
  });
});

describe('a declared file', () => {
  const declared = (copy: string) => `
version: 1
connections:
  source: { url: "\${SOURCE_URL}", protected: true }
  target: { url: "\${TARGET_URL}" }
steps:
  - dump: { from: source, to: dumps/declared }
  - restore: { into: target, as: { "\${SOURCE_NAME}": ${copy} } }
  - sql: { on: target, database: ${copy}, run: "delete from customer where id > 400" }
  - verify: { level: counts }
`;

  it.each(['by path', 'inline'])('%s: a difference fails the step with 3, and is named everywhere', async way => {
    await using source = await freshDatabase(server, { sql: small });
    await using job = await openJob();
    const text = declared(copyOf(source)).replace('"${SOURCE_NAME}"', source.name);
    const file = await job.write('trips/shop.yml', text);
    const run = await job.step(
      { config: way === 'inline' ? text : file, 'report-path': 'report' },
      { environment: { SOURCE_URL: source.url, TARGET_URL: source.url } },
    );

    expectExit(run, 3);
    expect(run.outputs).toMatchObject({
      verdict: 'failed',
      'exit-code': '3',
      'report-path': join(job.workspace, 'report'),
    });
    expect(run.annotations.map(({ level, title }) => ({ level, title }))).toEqual([
      { level: 'error', title: 'PGR300' },
    ]);
    expect(run.summary).toMatch(/^## ❌ Failed/);
    expect(run.summary).toContain('customer');
    expect(shownLog(run)).toMatch(/customer[\s\S]*500[\s\S]*400/);

    const folder = join(job.workspace, 'report');
    expect((await readdir(folder)).sort()).toEqual(['junit.xml', 'report.json', 'summary.md']);
    expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toMatchObject({ verdict: 'failed' });
    expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain('<failure');
    expect(`${(await readFile(join(folder, 'summary.md'), 'utf8')).trim()}`).toBe(run.summary.trim());
  });

  it('is looked for, and writes, below the working directory', async () => {
    await using source = await freshDatabase(server, { sql: small });
    await using job = await openJob();
    const text = 'version: 1\nconnections: { a: { url: "${URL}" } }\nsteps: [{ dump: { from: a, to: dumps/x } }]\n';
    await job.write('backend/trip.yml', text);
    const inputs = { config: 'trip.yml', 'working-directory': 'backend' };
    const run = await job.step(inputs, { environment: { URL: source.url } });
    expect(run.outputs['dump-path']).toBe(join(job.workspace, 'backend/dumps/x'));
    await checkDumpSet(join(job.workspace, 'backend/dumps/x'));
  });
});
