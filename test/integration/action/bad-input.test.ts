import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Annotation } from '../../support/runner-log.ts';
import { expectExit, openJob } from './job.ts';

const head = 'version: 1\nconnections: { a: { url: "${URL}" } }\n';
const URL = 'postgresql://someone@127.0.0.1:1/app';

interface Place {
  readonly title: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

function places(annotations: readonly Annotation[]): readonly Place[] {
  return annotations.map(({ title = '', file, line }) => ({ title, file, line }));
}

describe('a declared file', () => {
  it.each<[name: string, text: string, places: readonly (readonly [code: string, line: number])[]]>([
    ['that refers to nothing', `${head}steps:\n\n  - dump: { from: b, to: x }\n`, [['PGR128', 5]]],
    ['that is not YAML', `${head}steps: [\n`, [['PGR121', 4]]],
    [
      'with two problems',
      `${head}stepps: []\nsteps:\n  - dump: { to: ../x }\n`,
      [
        ['PGR122', 3],
        ['PGR130', 5],
      ],
    ],
  ])('%s is annotated at its place', async (_, text, expected) => {
    await using job = await openJob();
    const config = await job.write('trips/trip.yml', text);
    const run = await job.step({ config }, { environment: { URL } });
    expect(places(run.annotations)).toEqual(expected.map(([title, line]) => ({ title, file: 'trips/trip.yml', line })));
    expectExit(run, 2);
    expect(run.outputs).toMatchObject({ verdict: 'failed', 'exit-code': String(run.exitCode) });
    expect(run.summary).toMatch(/^## ❌ Failed/);
    expect(await readdir(job.workspace)).toEqual(['trips']);
  });

  it('given inline is annotated by line, without a file of the repository', async () => {
    await using job = await openJob();
    const run = await job.step({ config: `${head}steps:\n  - dump: { too: x, to: x }\n` }, { environment: { URL } });
    expectExit(run, 2);
    expect(places(run.annotations)).toEqual([{ title: 'PGR122', file: '(inline config)', line: 4 }]);
  });

  it.each([
    ['is missing', 'no/such.yml'],
    ['is a folder', '.'],
  ])('that %s is named', async (_, config) => {
    await using job = await openJob();
    const run = await job.step({ config });
    expectExit(run, 2);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR126']);
  });
});

describe('inputs', () => {
  it.each<[name: string, inputs: Readonly<Record<string, string>>, codes: readonly string[], named: RegExp]>([
    ['nothing at all', {}, ['PGR129'], /input source-url/],
    [
      'two ways at once',
      { config: `${head}steps: []`, 'source-url': URL },
      ['PGR129'],
      /input source-url.*input config/,
    ],
    ['what needs a target', { 'source-url': URL, level: 'objects' }, ['PGR129'], /input target-url/],
    ['a word for a number', { 'source-url': URL, jobs: 'many' }, ['PGR123'], /input jobs/],
    ['an unknown level', { 'source-url': URL, 'target-url': URL, level: 'all' }, ['PGR123'], /input level/],
  ])('%s: ends with 2 and names them', async (_, inputs, codes, named) => {
    await using job = await openJob();
    const run = await job.step(inputs, { environment: { URL } });
    expectExit(run, 2);
    expect(run.annotations.map(({ title }) => title)).toEqual(codes);
    expect(run.annotations[0]?.message).toMatch(named);
    expect(await readdir(job.workspace)).toEqual([]);
    expectExit(await job.post(), 0);
  });

  it.each(['..', '/', 'a/../..'])('a working directory of %s is refused', async folder => {
    await using job = await openJob();
    const run = await job.step({ 'source-url': URL, 'working-directory': folder });
    expectExit(run, 4);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR130']);
    expectExit(await job.post(), 0);
  });

  it.each(['../report', '/report'])('a report folder of %s is refused', async folder => {
    await using job = await openJob();
    const run = await job.step({ 'source-url': URL, 'report-path': folder });
    expectExit(run, 4);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR130']);
  });
});

describe('a server', () => {
  it('that is not there ends with 1 and leaves nothing', async () => {
    await using job = await openJob();
    const run = await job.step({ 'source-url': URL });
    expectExit(run, 1);
    expect(run.annotations.map(({ title }) => title)).toEqual(['PGR200']);
    expect(await readdir(job.workspace)).toEqual([]);
  });
});
