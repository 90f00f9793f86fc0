import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInstallations } from '../../../src/client/installation.ts';
import type { RunReport } from '../../../src/report/model.ts';
import { startThrowawayServer, type ThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { fingerprints } from '../../support/fingerprints.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import {
  type Copy,
  copyOn,
  databaseExists,
  drill,
  ending,
  proven,
  resultsOf,
} from '../../support/round-trip-results.ts';
import { declarationOf, keptClients, sealedClient } from '../../support/sealed.ts';
import { type FreshDatabase, freshDatabase, programsOf } from '../../support/servers.ts';

const clientMajors = [13, 15, 17, 18];
const serverMajors = [12, 13, 14, 15, 16, 17, 18];
const installed = await findInstallations();

/** The nearest and the newest of the sealed clients against servers of every major are proven; an older one is refused. */
describe.each(serverMajors)('server %i', serverMajor => {
  let server: ThrowawayServer;
  let shop: FreshDatabase;
  beforeAll(async () => {
    server = await startThrowawayServer({ programs: await programsOf(serverMajor) });
    shop = await freshDatabase(server, { shop: true });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function roundTripBy(clientMajor: number, look: (found: Found) => Promise<void>): Promise<string | undefined> {
    const available = await sealedClient(clientMajor);
    if (available.kind === 'absent') return available.reason;
    await using workspace = await makeWorkspace();
    await using copy = copyOn(server, `${shop.name}_by_${clientMajor}`);
    const { report } = await workspace.run(
      {
        connections: { source: shop.url, target: shop.url },
        client: declarationOf(available.client, installed),
        steps: drill(shop.name, copy.name, { dump: { globals: true } }),
      },
      keptClients,
    );
    await look({ report, copy, client: available.client.version.text });
    return undefined;
  }

  const able = clientMajors.filter(major => major >= serverMajor);
  test.for([...new Set([...able.slice(0, 1), ...able.slice(-1)])])(
    'client %i proves a copy',
    async (major, context) => {
      const absence = await roundTripBy(major, async ({ report, copy, client }) => {
        expect(ending(report)).toEqual(proven);
        const [dump] = resultsOf(report, 'dump');
        expect(dump).toMatchObject({ client, databases: [{ rows: 8_064, largeObjects: 4 }] });
        expect(await copy.query(fingerprints)).toEqual(await shop.query(fingerprints));
      });
      context.skip(absence !== undefined, absence);
    },
  );

  test.for(clientMajors.filter(major => major < serverMajor).slice(-1))(
    'client %i is refused',
    async (major, context) => {
      const absence = await roundTripBy(major, async ({ report, copy }) => {
        expect(report.steps).toMatchObject([{ title: 'prepare the run', problems: [{ code: 'PGR151' }] }]);
        const needed = `the server is PostgreSQL ${serverMajor} and needs pg_dump, pg_restore, psql and pg_dumpall of ${serverMajor} or newer`;
        expect(report.steps[0]?.problems[0]?.message).toContain(needed);
        expect(report.exitCode).toBe(2);
        expect(await databaseExists(server, copy.name)).toBe(false);
      });
      context.skip(absence !== undefined, absence);
    },
  );
});

interface Found {
  readonly report: RunReport;
  readonly copy: Copy;
  /** Version of the client. */
  readonly client: string;
}
