import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lsCommand } from '../../../src/cli/ls-command.ts';
import { provenText, renderListing } from '../../../src/look/render-listing.ts';
import { listFolder, type SetListing } from '../../../src/storage/listing.ts';
import { writeProof } from '../../../src/storage/proof.ts';
import { makeDumpSet, withFolder, writeFiles } from '../dumpset/dump-sets.ts';
import { refusalOf } from '../refusal.ts';

const verifiedAt = '2026-11-23T01:02:03.000Z';
const proof = { schema: 1, level: 'content', ignored: 2, verifiedAt, tool: 'pg-roundtrip' } as const;

const never = new AbortController().signal;

test('a folder: what is a sound dump set, and why the rest is none', async () => {
  await withFolder(async folder => {
    for (const name of ['bare', 'proven', 'cut', 'changed']) await makeDumpSet(join(folder, name));
    await writeProof(join(folder, 'proven'), proof);
    await rm(join(folder, 'cut/globals.sql'));
    await writeFile(join(folder, 'changed/manifest.json'), '{}');
    await writeFiles(folder, { 'half.partial/app.dir/toc.dat': '', 'old.pruned-by-pg-roundtrip/x': '', README: '' });
    await symlink('proven', join(folder, 'latest'));
    const { place, sets, others } = await listFolder(folder, never);
    expect(place).toBe(folder);
    const finishedAt = new Date('2026-11-22T10:00:01.000Z');
    const facts = { finishedAt, databases: ['app'], encrypted: false, bytes: expect.any(Number) as number };
    expect(sets).toEqual([
      { name: 'bare', ...facts, proof: undefined },
      { name: 'proven', ...facts, proof: { level: 'content', ignored: 2, verifiedAt } },
    ]);
    expect(sets[0]?.bytes).toBeGreaterThan(1000);
    expect(others.map(({ name, reason }) => [name, reason.replace(folder, '…')])).toEqual([
      ['README', 'it is no folder'],
      ['changed', 'the dump set …/changed is damaged: manifest.json has changed'],
      ['cut', 'the dump set …/cut is damaged: globals.sql is missing'],
      ['half.partial', 'it is not finished: a run is writing it, or was killed'],
      ['latest', 'it is no folder'],
      ['old.pruned-by-pg-roundtrip', 'an earlier run had begun to delete it'],
    ]);
  });
});

test('a record of other bytes proves nothing, and a strange one is no failure', async () => {
  await withFolder(async folder => {
    const set = await makeDumpSet(join(folder, 'set'));
    for (const text of [
      '{',
      '[]',
      'null',
      '{"sha256":7}',
      `{"schema":1,"sha256":"${'0'.repeat(64)}","level":"content"}`,
    ]) {
      await writeFile(`${set}.verified.json`, text);
      expect((await listFolder(folder, never)).sets).toMatchObject([{ name: 'set', proof: undefined }]);
    }
  });
});

test('a dump set itself is listed alone', async () => {
  await withFolder(async folder => {
    const set = await makeDumpSet(join(folder, 'set'));
    await mkdir(join(folder, 'other'));
    expect(await listFolder(set, never)).toMatchObject({ sets: [{ name: 'set' }], others: [] });
  });
});

test('a folder that is not there is an error', async () => {
  await withFolder(async folder => {
    expect((await refusalOf(() => listFolder(join(folder, 'nowhere'), never)))?.code).toBe('PGR221');
  });
});

const listing: SetListing = {
  place: 's3://bucket/backups',
  checked: 'as their indexes tell',
  sets: [
    {
      name: 'older',
      finishedAt: new Date('2026-11-21T10:00:01.000Z'),
      databases: [],
      bytes: 999,
      encrypted: true,
      proof: { level: undefined, ignored: undefined, verifiedAt: 'yesterday' },
    },
    {
      name: 'newer',
      finishedAt: new Date('2026-11-22T10:00:01.000Z'),
      databases: ['app', 'billing', 'shop', 'wiki'],
      bytes: 12_345_678,
      encrypted: false,
      proof: { level: 'content', ignored: 0, verifiedAt },
    },
  ],
  others: [{ name: 'README', reason: 'it is no folder' }],
};

test('newest first, from whatever place', () => {
  expect(renderListing(listing, { width: undefined }).split('\n')).toEqual([
    '2 dump sets in s3://bucket/backups: as their indexes tell',
    'dump set                   dumped  databases                   size  proven                            encrypted',
    'newer     2026-11-22 10:00:01 UTC  app, billing and 2 more  12.3 MB  content, 2026-11-23 01:02:03 UTC  no',
    'older     2026-11-21 10:00:01 UTC  globals alone              999 B  yes                               yes',
    'no dump set: README (it is no folder)',
  ]);
});

test('what a proof passed over is told wherever the proof is', () => {
  const told = (ignored: number | undefined) => provenText({ level: 'counts', ignored, verifiedAt: undefined });
  expect([undefined, 0, 1, 5].map(told)).toEqual([
    'counts',
    'counts',
    'counts, 1 difference ignored',
    'counts, 5 differences ignored',
  ]);
});

test('a table is cut to the terminal', () => {
  const lines = renderListing(listing, { width: 80 }).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[2]).toMatch(/^newer {5}2026-11-22 10:00:01 UTC .*…/);
  expect(lines[2]).toContain('12.3 MB');
});

test('for programs', async () => {
  const text = await lsCommand({ list: async () => listing, json: true, width: 20 });
  const { schema, tool, place, sets, others } = JSON.parse(text);
  expect({ schema, tool: tool.name, place }).toEqual({ schema: 1, tool: 'pg-roundtrip', place: 's3://bucket/backups' });
  expect(sets.map(({ name }: { name: string }) => name)).toEqual(['newer', 'older']);
  expect(sets[1]).toEqual({
    name: 'older',
    finishedAt: '2026-11-21T10:00:01.000Z',
    databases: [],
    bytes: 999,
    encrypted: true,
    proof: { level: null, ignored: null, verifiedAt: 'yesterday' },
  });
  expect(others).toEqual(listing.others);
});
