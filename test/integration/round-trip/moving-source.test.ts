import { expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, sharedServer } from '../../support/servers.ts';
import { movingTables, startWriters, wanderers } from './moving/writers.ts';

/** Rows of every table now, by name. */
const rowsOfTables = `
  SELECT relname::text AS name,
    (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', relname), false, true, '')))[1]::text::integer AS rows
  FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname COLLATE "C"`;

const sequencePosition = 'SELECT last_value FROM ticket';

test.each(['directory', 'custom'])(
  'a source that is written to throughout is proven exactly, in format %s',
  async format => {
    await using source = await freshDatabase(await sharedServer(), { name: 'moving', sql: movingTables });
    await using workspace = await makeWorkspace();
    await using writers = startWriters(source);
    for (const attempt of format === 'directory' ? [1, 2] : [1]) {
      await using copy = copyOn(source.server, `${source.name}_${attempt}`);
      const to = `dumps/${attempt}`;
      const { report, exitCode } = await workspace.run({
        connections: { source: source.url, target: source.url },
        steps: drill(source.name, copy.name, { to, dump: { format } }),
      });
      expect({ ...ending(report), exitCode }).toEqual(proven);

      const [database] = (await workspace.manifest(to)).databases;
      const manifested = database?.tables
        .map(({ name, rows }) => ({ name, rows }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1));
      expect(await copy.query(rowsOfTables)).toEqual(manifested);
      const now = await source.query(rowsOfTables);
      expect(now).not.toEqual(manifested);
      const ledger = (tables: typeof now | undefined) => tables?.find(table => table['name'] === 'ledger');
      expect(ledger(now)).not.toEqual(ledger(manifested));
      expect(await copy.query(sequencePosition)).not.toEqual(await source.query(sequencePosition));

      // Of each moment there is one state: no row is lost between two tables, no refill is half seen.
      const [torn] = await copy.query(`
      SELECT (SELECT count(*) FROM (SELECT id FROM giver UNION SELECT id FROM taker) AS both_of_them)::integer AS distinct_ids,
        (SELECT count(*) FROM giver)::integer + (SELECT count(*) FROM taker)::integer AS ids,
        (SELECT count(DISTINCT round) FROM refilled)::integer AS rounds,
        (SELECT count(*) > 0 FROM refilled) AS filled`);
      expect(torn).toEqual({ distinct_ids: wanderers, ids: wanderers, rounds: 1, filled: true });
    }
    // How many is a matter of the machine; the routine that waits for locks gets to few.
    for (const rounds of await writers.stop()) expect(rounds).toBeGreaterThan(1);
  },
);
