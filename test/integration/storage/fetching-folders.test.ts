import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishDumpSet } from '../../../src/dumpset/finish.ts';
import { checkDumpSet } from '../../../src/dumpset/read.ts';
import { makePlace, type Place, runCli } from '../../support/cli.ts';
import { manifest } from '../../unit/plan/contexts.ts';

let place: Place;
beforeEach(async () => {
  place = await makePlace();
  await place.write('backups/one.partial/app.dir/toc.dat', 'toc');
  const folder = join(place.workspace, 'backups/one');
  await finishDumpSet(folder, `${folder}.partial`, manifest(['app']));
});
afterEach(() => place[Symbol.asyncDispose]());

async function fetch(keys: string) {
  await place.write(
    'pg-roundtrip.yml',
    `version: 1\nconnections: { target: { host: localhost } }\nsteps:\n  - fetch: { ${keys} }\n`,
  );
  return runCli(place);
}
const path = (name: string) => join(place.workspace, name);

it('a folder is fetched, checked, and not fetched again', async () => {
  for (const _ of [1, 2]) {
    const run = await fetch('folder: backups/one, to: dumps/one');
    expect(run.report).toMatchObject({
      verdict: 'unproven',
      headline: expect.stringMatching(/fetched but not restored/),
      profile: expect.arrayContaining([expect.objectContaining({ step: 0, kind: 'transfer', name: 'copy' })]),
    });
  }
  expect(await checkDumpSet(path('dumps/one'))).toEqual(await checkDumpSet(path('backups/one')));
});

describe('nothing is left of', () => {
  it.each<[string, string, () => Promise<unknown>, string]>([
    ['a folder that is none', 'folder: backups, to: dumps/one', async () => {}, 'PGR171'],
    [
      'a damaged one',
      'folder: backups/one, to: dumps/one',
      () => writeFile(path('backups/one/app.dir/toc.dat'), 'tic'),
      'PGR172',
    ],
    [
      'one with a file too many',
      'folder: backups/one, to: dumps/one',
      () => writeFile(path('backups/one/more'), 'x'),
      'PGR172',
    ],
    [
      'one with a link',
      'folder: backups/one, to: dumps/one',
      () => symlink('/etc/passwd', path('backups/one/link')),
      'PGR172',
    ],
    ['one that is too large', 'folder: backups/one, to: dumps/one, max-size: 1kB', async () => {}, 'PGR176'],
    ['one that would go elsewhere', 'folder: backups/one, to: out/one', () => symlink('/tmp', path('out')), 'PGR130'],
  ])('%s', async (_, keys, arrange, code) => {
    await arrange();
    expect((await fetch(keys)).problem).toMatchObject({ code });
    expect(await readdir(path('dumps')).catch(() => [])).toEqual([]);
  });
});
