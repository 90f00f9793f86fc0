import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { startResultsService } from '../../support/results-service.ts';
import { corpusAbsence, dropDatabase, loadCorpus, serverMajors, sharedServer } from '../../support/servers.ts';
import { expectExit, openJob } from './job.ts';

const service = await startResultsService();
afterEach(() => service.reset());
afterAll(() => service.close());

const names = ['pagila', 'northwind', 'chinook'] as const;

describe.each(serverMajors)('on server %i', major => {
  it.for(names)('%s makes the round trip through the action', async (name, { skip }) => {
    const absence = corpusAbsence(name);
    skip(absence !== undefined, absence);
    await using source = await loadCorpus(await sharedServer(major), name);
    await using job = await openJob(service.environment);
    const copy = `${source.name}_copy`;
    try {
      const run = await job.step({
        'source-url': source.url,
        'target-url': source.url,
        'target-database': copy,
        level: 'counts',
        artifact: name,
      });
      expectExit(run, 0);
      expect(run.outputs).toMatchObject({ verdict: 'passed', 'artifact-name': name, 'database-name': copy });
      const manifest = await checkDumpSet(join(job.workspace, 'dumps/pg-roundtrip'));
      expect(manifest.server.major).toBe(major);
      expect(manifest.databases[0]?.tables.length).toBeGreaterThan(10);
    } finally {
      await dropDatabase(source.server, copy);
    }
  });
});
