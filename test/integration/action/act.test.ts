import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startResultsService } from '../../support/results-service.ts';
import { clientFolder, dropDatabase, freshDatabase, sharedServer } from '../../support/servers.ts';
import { findAct, workflowRepository } from './act.ts';
import { databaseExists } from './waiting.ts';

const service = await startResultsService();
afterAll(() => service.close());

const act = await findAct();
const absence = 'NOT TRIED: `act` is neither on the PATH nor named by PG_ROUNDTRIP_ACT, so no workflow file ran here';
if (act === undefined) console.warn(absence);

const workflow = `
name: round trip
on: push
permissions: {}
jobs:
  trip:
    runs-on: ubuntu-24.04
    outputs:
      digest: \${{ steps.trip.outputs.artifact-digest }}
    steps:
      - uses: actions/checkout@v7
      - id: trip
        uses: ./
        with:
          source-url: \${{ secrets.SOURCE_URL }}
          target-url: \${{ secrets.SOURCE_URL }}
          target-database: \${{ secrets.COPY }}
          temporary: true
          artifact: customers
      - env:
          DATABASE_URL: \${{ steps.trip.outputs.database-url }}
          VERDICT: \${{ steps.trip.outputs.verdict }}
          PGPASSWORD: \${{ secrets.PASSWORD }}
          PSQL: \${{ secrets.PSQL }}
        run: |
          echo "verdict is $VERDICT"
          echo "rows are $("$PSQL" -X -At -d "$DATABASE_URL" -c 'select count(*) from customer')"
      - id: refused
        continue-on-error: true
        uses: ./
        with:
          config: |
            version: 1
            nonsense: true
      - env:
          OUTCOME: \${{ steps.refused.outcome }} with \${{ steps.refused.outputs.exit-code }}
        run: echo "bad input is a $OUTCOME"
  after:
    needs: trip
    runs-on: ubuntu-24.04
    steps:
      - env:
          DIGEST: \${{ needs.trip.outputs.digest }}
        run: echo "digest is $DIGEST"
`;

describe('a workflow file with `uses: ./`', () => {
  it('makes the round trip, lets later steps use the copy, and post drops it', async ({ skip }) => {
    if (act === undefined) return skip(absence);
    const server = await sharedServer();
    await using source = await freshDatabase(server, {
      sql: 'create table customer (id int primary key); insert into customer select generate_series(1, 500)',
    });
    const copy = `${source.name}_copy`;
    await using repository = await workflowRepository(workflow);
    try {
      const { exitCode, log } = await repository.run({
        act,
        event: { repository: { private: true, visibility: 'private' } },
        secrets: {
          SOURCE_URL: source.url,
          COPY: copy,
          PASSWORD: server.password.reveal(),
          PSQL: join(clientFolder(), 'psql'),
        },
        environment: {
          ACTIONS_RUNTIME_URL: `${service.origin}/`,
          ACTIONS_RUNTIME_TOKEN: service.environment['ACTIONS_RUNTIME_TOKEN'] ?? '',
        },
      });

      expect({ exitCode, log }).toEqual({ exitCode: 0, log });
      expect(log).not.toContain(server.password.reveal());
      expect(log).toContain('verdict is passed');
      expect(log).toContain('rows are 500');
      expect(log).toContain('bad input is a failure with 2');
      const artifact = [...service.store.artifacts.values()][0];
      expect(artifact?.name).toBe('customers');
      const sha256 = createHash('sha256')
        .update(artifact?.blob.content ?? '')
        .digest('hex');
      expect(log).toContain(`digest is ${sha256}`);
      expect(await databaseExists(server, copy)).toBe(false);
    } finally {
      await dropDatabase(server, copy);
    }
  });
});
