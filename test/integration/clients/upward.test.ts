import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../../src/report/model.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { fingerprints } from '../../support/fingerprints.ts';
import { makeWorkspace, type Step } from '../../support/round-trip.ts';
import { checksOf, copyOn, drill, ending, findingsOf, proven } from '../../support/round-trip-results.ts';
import { keptClients, lockedClient, sealedClient } from '../../support/sealed.ts';
import { type FreshDatabase, freshDatabase, programsOf } from '../../support/servers.ts';

/**
 * Moves over several majors: every pair from 13 to 18 is in the matrix, where no copy is changed. Clients are found:
 * installed ones, and sealed ones for the rest.
 */
const moves = [
  [12, 15],
  [13, 17],
  [15, 18],
] as const;

interface Move {
  readonly source: FreshDatabase;
  readonly target: ThrowawayServer;
  readonly run: (steps: readonly Step[]) => Promise<RunReport>;
}

/** Gives the reason where the machine can get no client. */
async function moving(from: number, to: number, body: (move: Move) => Promise<void>): Promise<string | undefined> {
  for (const major of [from, to].filter(one => lockedClient(one) !== undefined)) {
    const available = await sealedClient(major);
    if (available.kind === 'absent') return available.reason;
  }
  await using older = await startThrowawayServer({ programs: await programsOf(from) });
  await using target = await startThrowawayServer({ programs: await programsOf(to) });
  await using source = await freshDatabase(older, { shop: true });
  await using anywhere = await freshDatabase(target);
  await using workspace = await makeWorkspace();
  const connections = { source: source.url, target: anywhere.url };
  const run = async (steps: readonly Step[]) => (await workspace.run({ connections, steps }, keptClients)).report;
  await body({ source, target, run });
  return undefined;
}

describe.each(moves)('from %i to %i', (from, to) => {
  test('the shop is proven in one run, and a copy that was changed is not', async context => {
    const absence = await moving(from, to, async ({ source, target, run }) => {
      await using copy = copyOn(target, `${source.name}_up`);
      const report = await run(drill(source.name, copy.name, { dump: { globals: true } }));
      // The shop takes rights from an owner: from 17 on there is one more, which every owner has, and that is no difference.
      expect(ending(report)).toEqual(proven);
      // Newer versions of its extensions are told.
      const note = checksOf(report).find(({ name }) => name === 'extensions')?.note ?? '';
      expect(note.includes('hstore')).toBe(from < 14);
      expect(await copy.query(fingerprints)).toEqual(await source.query(fingerprints));
      await copy.query(`
        DROP TABLE shop.visits_1;
        COMMENT ON PROCEDURE shop.close_orders(timestamptz, integer) IS 'Never';
        REVOKE EXECUTE ON PROCEDURE shop.close_orders(timestamptz, integer) FROM shop_clerk`);
      const again = await run([{ verify: { into: 'target', from: 'dumps/set', as: { [source.name]: copy.name } } }]);
      expect(findingsOf(again).map(({ kind, object }) => `${kind} ${object}`)).toEqual(
        expect.arrayContaining([
          'missing TABLE shop.visits_1',
          expect.stringMatching(/^changed COMMENT shop\.PROCEDURE close_orders\(/),
          expect.stringMatching(/^(changed|missing) ACL shop\.PROCEDURE close_orders\(/),
        ]),
      );
    });
    context.skip(absence !== undefined, absence);
  });
});

/** From 13 on: in the matrix. */
test('a dump set of an earlier run, by a client of 12, is proven by one of 15', async context => {
  const absence = await moving(12, 15, async ({ source, target, run }) => {
    await using copy = copyOn(target, `${source.name}_later`);
    const dumpSet = 'dumps/set';
    const as = { [source.name]: copy.name };
    const dumped = await run([{ dump: { from: 'source', to: dumpSet, databases: source.name, globals: true } }]);
    expect(dumped.exitCode).toBe(0);
    const report = await run([{ restore: { into: 'target', from: dumpSet, as } }, { verify: {} }]);
    expect(ending(report)).toEqual(proven);
    expect(await copy.query(fingerprints)).toEqual(await source.query(fingerprints));
  });
  context.skip(absence !== undefined, absence);
});
