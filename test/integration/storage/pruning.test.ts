import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import type { Manifest } from '../../../src/dumpset/manifest.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { type CliEnd, makePlace, type Place, runCli } from '../../support/cli.ts';
import { addArtifact } from '../../support/results-service/store.ts';
import { startResultsService } from '../../support/results-service.ts';
import { dropDatabase, type FreshDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { manifest } from '../../unit/plan/contexts.ts';

const service = await startResultsService();
afterAll(() => service.close());

const day = 86_400_000;
let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place[Symbol.asyncDispose]());

/** A dump set of so many days ago. With `proof`, the record that it was proven lies beside it. */
async function stored(name: string, daysAgo: number, proof: boolean, of: Partial<Manifest> = {}): Promise<void> {
  const folder = join(place.workspace, 'backups', name);
  await place.write(`backups/${name}.partial/app.dir/toc.dat`, `toc of ${name}`);
  const finishedAt = new Date(Date.now() - daysAgo * day).toISOString();
  await finishDumpSet(folder, `${folder}.partial`, { ...manifest(['app']), finishedAt, ...of });
  if (!proof) return;
  const sha256 = createHash('sha256')
    .update(await readFile(join(folder, 'SHA256SUMS')))
    .digest('hex');
  await writeFile(`${folder}.verified.json`, JSON.stringify({ schema: 1, sha256 }));
}

async function prune(keys: string, environment: Readonly<Record<string, string>> = {}): Promise<CliEnd> {
  const text = `version: 1\nconnections: { target: { host: localhost } }\nsteps:\n  - prune: ${keys}\n`;
  await writeFile(join(place.workspace, 'pg-roundtrip.yml'), text);
  return runCli(place, { environment });
}

const folders = async () => (await readdir(join(place.workspace, 'backups'))).sort();

function fates(report: RunReport | undefined): readonly string[] {
  const result = report?.steps[0]?.result;
  return result?.kind === 'prune' ? result.sets.map(({ name, fate }) => `${fate} ${name}`) : [];
}

describe('a folder', () => {
  it('loses what the policy does not keep, with its proof, and only when told to', async () => {
    for (const age of [0, 1, 2, 3]) await stored(`nightly-${age}`, age, true);
    const before = await folders();
    const dry = await prune('{ folder: backups, keep: { last: 2 } }');
    expect(dry.report).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(dry.output).toContain('nothing was deleted: 2 dump sets would be');
    expect(await folders()).toEqual(before);

    const run = await prune('{ folder: backups, keep: { last: 2 }, dry-run: false }');
    expect(fates(run.report)).toEqual(fates(dry.report));
    expect(fates(run.report)).toEqual(['keep nightly-0', 'keep nightly-1', 'delete nightly-2', 'delete nightly-3']);
    expect(await folders()).toEqual(['nightly-0', 'nightly-0.verified.json', 'nightly-1', 'nightly-1.verified.json']);
  });

  it('keeps what is broken, unknown or of another series, and names it', async () => {
    for (const age of [0, 1]) await stored(`nightly-${age}`, age, true);
    await stored('broken', 5, true);
    await rm(join(place.workspace, 'backups/broken/app.dir/toc.dat'));
    await stored('changed', 5, true);
    await writeFile(join(place.workspace, 'backups/changed/manifest.json'), '{}');
    await stored('surplus', 5, true);
    await place.write('backups/surplus/mine.txt', 'mine');
    await stored('other-server', 9, true, { server: { ...manifest([]).server, systemIdentifier: '8' } });
    await stored('other-databases', 9, true, {
      databases: manifest(['app', 'shop'])
        .databases.slice(0, 1)
        .map(one => ({ ...one, name: 'shop' })),
    });
    await stored('without-log', 9, true, {
      databases: manifest(['app']).databases.map(one => ({
        ...one,
        options: ['--format=custom', '--exclude-table=log'],
      })),
    });
    await place.write('backups/half.partial/app.dir/toc.dat', 'x');
    await place.write('backups/README', 'about');
    await symlink('nightly-0', join(place.workspace, 'backups/latest'));
    const before = await folders();
    const run = await prune('{ folder: backups, keep: { last: 1 }, dry-run: false }');
    expect(run.exitCode).toBe(0);
    expect(await folders()).toEqual(before.filter(name => !name.startsWith('nightly-1')));
    const result = run.report?.steps[0]?.result;
    const unknown = result?.kind === 'prune' ? result.unknown.map(({ name }) => name) : [];
    expect(unknown).toEqual(['README', 'broken', 'changed', 'half.partial', 'latest', 'surplus']);
    for (const name of unknown) expect(run.output).toContain(`left alone: ${name}`);
  });

  it.each([
    ['its newest set is not verified', [false, true, true]],
    ['no set is verified', [false, false, false]],
  ])('stays whole while %s', async (_, proofs) => {
    for (const [age, proof] of proofs.entries()) await stored(`nightly-${age}`, age, proof);
    const before = await folders();
    const run = await prune('{ folder: backups, keep: { last: 1 }, dry-run: false }');
    expect(run.exitCode).toBe(0);
    expect(await folders()).toEqual(before);
  });

  it('a record of other bytes proves nothing', async () => {
    for (const age of [0, 1]) await stored(`nightly-${age}`, age, true);
    const [file, other] = ['nightly-0', 'nightly-1'].map(name =>
      join(place.workspace, `backups/${name}.verified.json`),
    );
    await cp(String(other), String(file));
    const run = await prune('{ folder: backups, keep: { last: 1 }, dry-run: false }');
    expect(fates(run.report)).toEqual(['keep nightly-0', 'keep nightly-1']);
  });

  it('nothing goes when a set that would be left has rotted', async () => {
    for (const age of [0, 1, 2]) await stored(`nightly-${age}`, age, true);
    await writeFile(join(place.workspace, 'backups/nightly-0/app.dir/toc.dat'), 'tic of nightly-0');
    const before = await folders();
    const run = await prune('{ folder: backups, keep: { last: 1 }, dry-run: false }');
    expect(run).toMatchObject({ exitCode: 4, problem: { code: 'PGR177' } });
    expect(await folders()).toEqual(before);
  });

  it.runIf(process.getuid?.() !== 0)('nothing goes when not everything can be read', async () => {
    for (const age of [0, 1]) await stored(`nightly-${age}`, age, true);
    await chmod(join(place.workspace, 'backups/nightly-0'), 0);
    const run = await prune('{ folder: backups, keep: { last: 1 }, dry-run: false }');
    await chmod(join(place.workspace, 'backups/nightly-0'), 0o700);
    expect(run).toMatchObject({ exitCode: 4, problem: { code: 'PGR177' } });
    expect(await folders()).toContain('nightly-1');
  });

  it('a folder that is not there is an error, and one that leads elsewhere is refused', async () => {
    expect(await prune('{ folder: nowhere, keep: { last: 1 } }')).toMatchObject({ problem: { code: 'PGR177' } });
    await symlink('/tmp', join(place.workspace, 'outside'));
    expect(await prune('{ folder: outside, keep: { last: 1 } }')).toMatchObject({ problem: { code: 'PGR130' } });
  });

  it('what an earlier run had begun to delete is deleted', async () => {
    for (const age of [0, 1]) await stored(`nightly-${age}`, age, true);
    await place.write('backups/nightly-9.pruned-by-pg-roundtrip/app.dir/toc.dat', 'rest');
    await place.write('backups/own.pruned/app.dir/toc.dat', 'somebody pruned it by hand');
    await prune('{ folder: backups, keep: { last: 2 }, dry-run: false }');
    expect((await folders()).filter(name => name.includes('.pruned'))).toEqual(['own.pruned']);
  });
});

describe('artifacts', () => {
  const environment = () => ({
    GITHUB_API_URL: service.origin,
    GITHUB_TOKEN: 'of-this-test',
    GITHUB_REPOSITORY: 'example/shop',
  });

  /** An artifact of a run, so many days old, with the record of its proof. */
  function uploaded(name: string, run: number, daysAgo: number, proof: boolean): void {
    const digest = `${run}`.padStart(64, '0');
    for (const each of proof ? [name, `${name}.verified-${digest.slice(0, 16)}`] : [name]) {
      const artifact = addArtifact(service.store, {
        run: `run-${run}`,
        job: 'job',
        name: each,
        mimeType: '',
        expiresAt: undefined,
      });
      artifact.createdAt = new Date(Date.now() - daysAgo * day).toISOString();
      artifact.finished = true;
      artifact.digest = `sha256:${digest}`;
    }
  }
  const names = () =>
    [...service.store.artifacts.values()].map(({ name, run }) => `${run} ${name.replace(/-0{15}.*/, '')}`).sort();

  beforeEach(() => service.reset());

  it('of runs are deleted with their proofs; others stay', async () => {
    for (const run of [1, 2, 3]) uploaded('nightly', run, 10 - run, true);
    uploaded('report', 1, 9, false);
    uploaded('nightly', 4, 30, true);
    service.store.runs.set('run-4', {
      id: 4714,
      conclusion: 'success',
      branch: 'main',
      path: 'x.yml',
      headRepository: 'octo/shop',
    });
    const run = await prune('{ artifact: night*, keep: { last: 2 }, dry-run: false }', environment());
    expect(run.exitCode).toBe(0);
    expect(run.output).toContain('left alone: nightly');
    expect(names()).toEqual([
      'run-1 report',
      'run-2 nightly',
      'run-2 nightly.verified',
      'run-3 nightly',
      'run-3 nightly.verified',
      'run-4 nightly',
      'run-4 nightly.verified',
    ]);
  });

  it('more than a page of them', async () => {
    for (let run = 1; run <= 130; run += 1) uploaded(`nightly-${run}`, run, 200 - run, true);
    await prune('{ artifact: nightly-*, keep: { last: 3 }, dry-run: false }', environment());
    expect(names()).toHaveLength(6);
  });

  it.each([
    [
      'a page is missing',
      (path: string) => path.includes('page=2'),
      { status: 200, body: '{"total_count":260,"artifacts":[]}' },
    ],
    ['a page fails', (path: string) => path.includes('page=2'), { status: 502 }],
    ['the answer is something else', () => true, { status: 200, body: '{"total_count":"all","artifacts":[]}' }],
  ])('nothing goes when %s', async (_, when, answer) => {
    for (let run = 1; run <= 130; run += 1) uploaded(`nightly-${run}`, run, 200 - run, true);
    service.inject(({ path, query }) => (when(`${path}?${query.toString()}`) ? answer : undefined));
    const run = await prune('{ artifact: nightly-*, keep: { last: 3 }, dry-run: false }', environment());
    expect(run).toMatchObject({ exitCode: 1, problem: { code: 'PGR231' } });
    expect(names()).toHaveLength(260);
  });

  it('a token that may not delete is told of', async () => {
    for (const run of [1, 2]) uploaded('nightly', run, 10 - run, true);
    service.inject(({ method }) => (method === 'DELETE' ? { status: 403 } : undefined));
    const run = await prune('{ artifact: nightly, keep: { last: 1 }, dry-run: false }', environment());
    expect(run.problem).toMatchObject({ code: 'PGR231', remedy: expect.stringContaining('actions: write') });
  });
});

describe('what a run publishes after it has proven it', () => {
  let source: FreshDatabase;
  beforeAll(async () => {
    source = await freshDatabase(await sharedServer(), { sql: 'create table customer (id int primary key)' });
  });
  afterAll(() => source[Symbol.asyncDispose]());

  it.each([
    ['restored and compared', ['restore', 'verify', 'publish'], true],
    ['not compared', ['restore', 'publish'], false],
    ['compared only later', ['restore', 'publish', 'verify'], false],
    ['restored in part', ['restore-part', 'verify', 'publish'], false],
    ['published again, compared now', ['publish', 'restore', 'verify', 'publish'], true],
  ])('%s', async (_, steps, verified) => {
    const copy = `${source.name}_copy`;
    const texts: Readonly<Record<string, string>> = {
      restore: `restore: { into: db, as: { ${source.name}: ${copy} } }`,
      'restore-part': `restore: { into: db, as: { ${source.name}: ${copy} }, section: [pre-data, data] }`,
      verify: 'verify: { level: objects }',
      publish: 'publish: { folder: backups/one }',
    };
    const lines = ['dump: { from: db, to: dumps/one }', ...steps.map(step => texts[step])];
    await place.write(
      'pg-roundtrip.yml',
      `version: 1\nconnections: { db: { url: "\${DB_URL}" } }\nsteps:\n${lines.map(line => `  - ${line}\n`).join('')}`,
    );
    try {
      const run = await runCli(place, { environment: { DB_URL: source.url } });
      expect(run.exitCode).toBe(0);
    } finally {
      await dropDatabase(source.server, copy);
    }
    const listed = await prune('{ folder: backups, keep: { last: 1 } }');
    const result = listed.report?.steps[0]?.result;
    expect(result?.kind === 'prune' && result.sets.map(set => set.verified)).toEqual([verified]);
  });
});
