import { appendFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { type FreshDatabase, sharedServer } from '../../support/servers.ts';
import { databases, type MatrixDatabase } from './databases.ts';
import { filters } from './filters.ts';
import { type Combination, type Result, runMatrix } from './run-matrix.ts';

const majors = [13, 14, 15, 16, 17, 18];
const sources = new Map<string, Promise<FreshDatabase>>();
const source = (database: MatrixDatabase, major: number): Promise<FreshDatabase> => {
  const key = `${database.name} ${major}`;
  const made = sources.get(key) ?? sharedServer(major).then(server => database.load(server));
  sources.set(key, made);
  return made;
};
afterAll(async () => {
  for (const made of sources.values()) await (await made)[Symbol.asyncDispose]();
});

test('try', { timeout: 0, retry: 0 }, async () => {
  const only = process.env['ONLY']?.split(',').map(Number);
  const pairs = majors
    .flatMap(from => majors.filter(to => to >= from).map(to => ({ from, to })))
    .filter(({ from, to }) => only === undefined || (from === only[0] && to === only[1]));
  const combinations: Combination[] = pairs.flatMap(pair =>
    databases
      .filter(d => (process.env['DBS'] ?? d.name).split(',').includes(d.name))
      .flatMap(database =>
        filters
          .filter(
            f =>
              (f.since ?? 0) <= pair.from &&
              (process.env['FILTERS'] === undefined || process.env['FILTERS'].split(';').includes(f.name)),
          )
          .map(filter => ({ ...pair, database, filter })),
      ),
  );
  const results: Result[] = [];
  const log = process.env['MATRIX_LOG'] ?? '/tmp/matrix.jsonl';
  await runMatrix(combinations, { server: sharedServer, source }, result => {
    results.push(result);
    const {
      combination: { database, from, to, filter },
      ...rest
    } = result;
    appendFileSync(
      log,
      `${JSON.stringify({ t: Date.now(), db: database.name, from, to, filter: filter.name, ...rest })}\n`,
    );
  });
  expect(results.length).toBe(combinations.length);
});
