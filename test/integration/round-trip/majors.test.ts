import { describe, expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, proven, resultsOf } from '../../support/round-trip-results.ts';
import {
  corpora,
  corpusAbsence,
  type FreshDatabase,
  freshDatabase,
  loadCorpus,
  serverMajors,
  sharedServer,
} from '../../support/servers.ts';

/** Tables with data and rows, counted once by psql in freshly loaded databases. */
const sizes = {
  pagila: { tables: 21, rows: 46_273 },
  northwind: { tables: 14, rows: 3_362 },
  chinook: { tables: 11, rows: 15_607 },
  chinook_serial: { tables: 11, rows: 15_607 },
} as const;

async function drillOf(source: FreshDatabase) {
  await using workspace = await makeWorkspace();
  await using copy = copyOn(source.server, `${source.name}_copy`);
  const { report, exitCode, stderr } = await workspace.run({
    connections: { source: source.url, target: source.url },
    steps: drill(source.name, copy.name),
  });
  expect({ exitCode, stderr, leftovers: await workspace.leftovers() }).toEqual({
    exitCode: 0,
    stderr: '',
    leftovers: [],
  });
  expect(ending(report)).toEqual(proven);
  return { report, manifest: await workspace.manifest('dumps/set') };
}

/** In other formats and with filters, and to other majors: in the matrix. */
describe.each(serverMajors)('on server %i', major => {
  test('the shop goes round', async () => {
    await using shop = await freshDatabase(await sharedServer(major), { shop: true });
    const { report, manifest } = await drillOf(shop);
    const [dumped] = resultsOf(report, 'dump').flatMap(result => result.databases);
    expect(manifest.server.major).toBe(major);
    expect(dumped).toMatchObject({ format: 'directory', tables: 54, rows: 8_064, largeObjects: 4 });
    // Collations have versions only where the server's libraries tell them.
    const checks = checksOf(report).filter(({ name }) => name !== 'collations');
    expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual(
      [
        'objects',
        'database',
        'extensions',
        'indexes',
        'materialized views',
        'large object properties',
        'rows',
        'sequences',
        'large objects',
        'content',
        'large object content',
        'views',
      ].map(name => [name, 'passed']),
    );
  });
});

test.for(corpora)('%s goes round, with all its rows', async (name, context) => {
  const absence = corpusAbsence(name);
  context.skip(absence !== undefined, absence);
  await using source = await loadCorpus(await sharedServer(), name);
  const { report } = await drillOf(source);
  const [dumped] = resultsOf(report, 'dump').flatMap(result => result.databases);
  expect(dumped).toMatchObject(sizes[name]);
  expect(checksOf(report).find(check => check.name === 'rows')?.compared).toBe(sizes[name].tables);
});
