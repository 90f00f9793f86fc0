import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionOptions, runAction } from '../support/action-runner.ts';
import { startResultsService } from '../support/results-service.ts';

const fixtures = join(import.meta.dirname, '../support/fixtures');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(fixture: string, options: Partial<ActionOptions> = {}) {
  const bundle = join(fixtures, fixture);
  return runAction({ entry: 'main', bundle, workspace: folder, temporary: folder, ...options });
}

describe('the runner of the tests', () => {
  it('starts main and then post as GitHub does', async () => {
    const inputs = { 'source-url': 'a url' };
    const main = await start('stubborn-action.ts', { inputs });
    expect(main).toMatchObject({
      exitCode: 3,
      signals: [],
      state: { folder: 'some folder' },
      exported: { PGHOST: 'localhost' },
    });
    expect(main.annotations).toMatchObject([{ level: 'error', title: 'a', message: 'b' }]);
    expect(main.log).toContain(`in ${folder} with a url\n`);
    const post = await start('stubborn-action.ts', { entry: 'post', state: main.state, inputs });
    expect(post).toMatchObject({ exitCode: 0, log: 'post of some folder\n' });
  });

  it.each([
    ['', 130, ['SIGINT']],
    ['SIGINT', 130, ['SIGINT', 'SIGTERM']],
    ['SIGINT SIGTERM', null, ['SIGINT', 'SIGTERM', 'SIGKILL']],
  ])('cancels one that ignores %j with all that it takes', async (ignore, exitCode, signals) => {
    const run = await start('stubborn-action.ts', { inputs: { ignore }, cancelAt: /^ready$/m });
    expect(run).toMatchObject({ exitCode, signals });
    expect(run.log.match(/got \w+/g)).toEqual(signals.filter(sent => sent !== 'SIGKILL').map(sent => `got ${sent}`));
  });
});

describe('the results service', () => {
  it('serves the artifacts of other runs to the real client', async () => {
    await using service = await startResultsService();
    const file = join(folder, 'app.dump');
    await writeFile(file, 'content');
    await start('publish-artifact.ts', { inputs: { file }, environment: service.environment });
    const download = join(folder, 'other');
    const inputs = { name: 'app.dump', download };
    const run = await start('artifacts-of-other-run.ts', { inputs, environment: service.environment });
    expect(JSON.parse(run.outputs['result'] ?? '')).toEqual({
      names: ['app.dump'],
      size: 7,
      digestMismatch: false,
      id: 101,
    });
    expect(await readFile(join(download, 'app.dump'), 'utf8')).toBe('content');
    expect(service.store.artifacts.size).toBe(0);
  });
});
