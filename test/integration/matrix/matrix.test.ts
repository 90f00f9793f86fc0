import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealedClient } from '../../support/sealed.ts';
import { serverMajors } from '../../support/servers.ts';
import { allCombinations, rotation } from './combinations.ts';
import { databases } from './databases.ts';
import { filters } from './filters.ts';
import { matrixServers } from './matrix-servers.ts';
import { expectation, type Result, runMatrix } from './run-matrix.ts';
import { resultsFile, writePage } from './whole-run.ts';

/**
 * No false alarm: whatever is dumped and restored is proven, from each major to it and every newer one, with each filter.
 * A rotation, in which each pair, filter and database is once; `MATRIX=all` runs every combination of them (hours) and
 * writes docs/matrix.md. With MATRIX_RESULTS=FILE it keeps what it has seen and goes on there the next time; `MATRIX=page`
 * writes the page of that alone.
 */
const servers = matrixServers();
afterAll(() => servers[Symbol.asyncDispose]());

const mode = process.env['MATRIX'];

describe.each(mode === undefined ? ['a rotation'] : [])('%s', () => {
  let majors = serverMajors;
  const results: Result[] = [];
  beforeAll(async () => {
    const newer = await Promise.all([17, 18].map(sealedClient));
    if (newer.every(({ kind }) => kind === 'available')) majors = [13, 14, 15, 16, 17, 18];
    await runMatrix(rotation(majors), servers, result => void results.push(result));
  }, 600_000);

  test('has each pair, filter and database', () => {
    const seen = results.map(({ combination }) => combination);
    const pairs = new Set(seen.map(({ from, to }) => `${from} ${to}`));
    expect(pairs.size).toBe((majors.length * (majors.length + 1)) / 2);
    const possible = filters.filter(({ since = 0 }) => since <= Math.max(...majors));
    expect(new Set(seen.map(({ filter }) => filter.name))).toEqual(new Set(possible.map(({ name }) => name)));
    expect(new Set(seen.map(({ database }) => database.name))).toEqual(new Set(databases.map(({ name }) => name)));
  });

  test('each is proven', () => {
    const surprises = results.flatMap(result => expectation(result) ?? []);
    expect(surprises).toEqual([]);
  });
});

test.for(mode === undefined ? [] : [mode])('the whole matrix is proven: %s', { timeout: 0, retry: 0 }, async () => {
  const kept = await resultsFile(process.env['MATRIX_RESULTS']);
  const missing = mode === 'page' ? [] : kept.missing(allCombinations([13, 14, 15, 16, 17, 18]));
  await runMatrix(missing, servers, result => kept.add(result));
  await writePage(kept.all());
  expect(kept.all().flatMap(result => expectation(result) ?? [])).toEqual([]);
});
