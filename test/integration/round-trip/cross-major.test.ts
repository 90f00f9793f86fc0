import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { fingerprints } from '../../support/fingerprints.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, databaseExists, drill, ending, proven } from '../../support/round-trip-results.ts';
import {
  corpora,
  corpusAbsence,
  type FreshDatabase,
  freshDatabase,
  loadCorpus,
  serverMajors,
  sharedServer,
} from '../../support/servers.ts';

/** Drills from one major to another; a copy that the run calls proven, or leaves behind, is looked at once more. */
async function cross(source: FreshDatabase, to: number): Promise<RunReport> {
  const target = await sharedServer(to);
  await using workspace = await makeWorkspace();
  await using copy = copyOn(target, `${source.name}_on_${to}`);
  await using anywhere = await freshDatabase(target);
  const { report, exitCode } = await workspace.run({
    connections: { source: source.url, target: anywhere.url },
    steps: drill(source.name, copy.name, { dump: { globals: true } }),
  });
  expect(exitCode).toBe(report.exitCode);
  const restored = report.steps[1]?.status === 'succeeded';
  expect(await databaseExists(target, copy.name)).toBe(restored);
  const contents = await Promise.all(restored ? [source, copy].map(each => each.query(fingerprints)) : []);
  expect(contents[1]).toEqual(contents[0]);
  return report;
}

const [oldest = 0] = serverMajors;
const newest = serverMajors.at(-1) ?? 0;

/** Upwards: in the matrix. The client cannot be older than the source, so each is newer than the target. */
describe.each(serverMajors.filter(major => major < newest))(`back from ${newest} to %i`, older => {
  // Between them nothing is lost that the oldest has.
  test.for(older === oldest ? corpora : [])('%s is proven', async (name, context) => {
    const absence = corpusAbsence(name);
    context.skip(absence !== undefined, absence);
    await using source = await loadCorpus(await sharedServer(newest), name);
    expect(ending(await cross(source, older))).toEqual(proven);
  });

  test('the shop, with what only newer servers know, is refused by name before anything is dumped', async () => {
    await using source = await freshDatabase(await sharedServer(newest), { shop: true });
    const report = await cross(source, older);
    expect(report).toMatchObject({ verdict: 'failed', exitCode: 2 });
    expect(report.steps.map(({ status }) => status)).toEqual(['failed', 'not run', 'not run']);
    expect(report.steps[0]?.problems).toMatchObject([
      { code: 'PGR165', message: expect.stringMatching(/cannot hold: .*shop\..* on\)/) },
    ]);
  });
});
