import { describe, expect, test } from 'vitest';
import { makeWorkspace } from '../../support/round-trip.ts';
import { copyOn, drill, ending, proven } from '../../support/round-trip-results.ts';
import { freshDatabase, serverMajors, sharedServer } from '../../support/servers.ts';

const library = `CREATE TABLE book (id serial PRIMARY KEY, title text); INSERT INTO book (title) SELECT 'title ' || n FROM generate_series(1, 20) n;
  CREATE SCHEMA other; CREATE TABLE other.thing (id int)`;

/** pg_dump makes the schema anew when it is named, though every database has it from the start. */
describe.each([serverMajors.at(0) ?? 0, serverMajors.at(-1) ?? 0])('on %i', major => {
  test.each([
    [{ include: { schema: 'public' } }],
    [{ include: { schema: ['public', 'other'] } }],
    [{ include: { schema: 'pub*' }, format: 'custom' }],
  ])('a dump of %j restores into a new database', async dump => {
    const server = await sharedServer(major);
    await using source = await freshDatabase(server, { sql: library });
    await using workspace = await makeWorkspace();
    await using copy = copyOn(server, `${source.name}_copy`);
    const connections = { source: source.url, target: source.url };
    const { report } = await workspace.run({ connections, steps: drill(source.name, copy.name, { dump }) });
    expect({ ...ending(report), unproven: [] }).toEqual(proven);
    expect(await copy.query('SELECT count(*)::int AS books FROM public.book')).toEqual([{ books: 20 }]);
  });
});
