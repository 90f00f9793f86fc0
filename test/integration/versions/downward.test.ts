import { expect, test } from 'vitest';
import { startThrowawayServer } from '../../../src/throwaway/throwaway-server.ts';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { keptClients, sealedClient } from '../../support/sealed.ts';
import { freshDatabase, programsOf, urlOf } from '../../support/servers.ts';

/** What 18 prints in its own way and every older major takes. */
const common = `
  CREATE TABLE parents (id integer PRIMARY KEY, name text CONSTRAINT named NOT NULL, made timestamptz DEFAULT now());
  CREATE TABLE children (id bigint GENERATED ALWAYS AS IDENTITY, parent integer REFERENCES parents, CHECK (id > 0));
  CREATE INDEX ON children (parent) WHERE parent IS NOT NULL;
  INSERT INTO parents SELECT n, 'name ' || n FROM generate_series(1, 50) AS n;
  INSERT INTO children (parent) SELECT id FROM parents;
  CREATE VIEW both_of_them AS SELECT p.name, c.id FROM parents p JOIN children c ON c.parent = p.id;
  CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM both_of_them;
  SELECT lo_from_bytea(0, 'bytes')`;

test('a database that every major can hold goes from 18 down to older ones', async context => {
  const client = await sealedClient(18);
  context.skip(client.kind === 'absent', client.kind === 'absent' ? client.reason : '');
  await using newest = await startThrowawayServer({ programs: await programsOf(18) });
  await using source = await freshDatabase(newest, { sql: common });
  for (const major of [13, 14, 17]) {
    await using older = await startThrowawayServer({ programs: await programsOf(major) });
    await using workspace = await makeWorkspace();
    const copy = copyOn(older, `${source.name}_copy`);
    const { report } = await workspace.run(
      {
        connections: { source: source.url, target: urlOf(older, 'postgres') },
        steps: drill(source.name, copy.name, { verify: { level: 'content' } }),
      },
      keptClients,
    );
    expect(ending(report), `18 to ${major}`).toEqual(proven);
    expect(report.steps.flatMap(({ notes }) => notes)).toContain(
      `names of NOT NULL constraints are lost: ${major} has none`,
    );
    expect(await copy.query('SELECT n::integer FROM counted')).toEqual([{ n: 50 }]);
  }
});
