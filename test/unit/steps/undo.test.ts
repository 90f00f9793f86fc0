import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUndo, type Leftover, readLeftovers, withoutDoomed } from '../../../src/steps/undo.ts';

let folder = '';
let journal = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undo-'));
  journal = join(folder, 'journal');
});
afterEach(() => rm(folder, { recursive: true }));

const path: Leftover = { kind: 'path', path: '/a\n"b"' };
const database: Leftover = { kind: 'database', connection: 'target', name: 'ä "copy"\n' };
const role: Leftover = { kind: 'role', connection: 'target', name: 'ann' };

test('without a journal nothing is left', () => {
  expect(readLeftovers(journal)).toEqual([]);
});

test('what was made and is not gone is left, newest first', () => {
  const undo = createUndo(journal);
  undo.record(path);
  const gone = undo.record({ kind: 'path', path: '/gone' });
  undo.record(database);
  gone();
  undo.record(role);
  expect(readLeftovers(journal)).toEqual([role, database, path]);
});

test('each fact is in the file at once, which is for its user alone', async () => {
  const gone = createUndo(journal).record(database);
  expect(readLeftovers(journal)).toEqual([database]);
  gone();
  expect(readLeftovers(journal)).toEqual([]);
  expect((await stat(journal)).mode & 0o777).toBe(0o600);
});

test('the same thing made twice is left once it is gone once', () => {
  const undo = createUndo(journal);
  const gone = undo.record(database);
  undo.record(database);
  gone();
  gone();
  expect(readLeftovers(journal)).toEqual([database]);
});

test('half a line, from a process that was killed, is no fact', async () => {
  const undo = createUndo(journal);
  const gone = undo.record(path);
  undo.record(database);
  const before = (await stat(journal)).size;
  gone();
  for (let size = before; size < before + 12; size++) {
    await truncate(journal, size);
    expect(readLeftovers(journal)).toEqual([database, path]);
  }
});

test('what was being recorded when the process was killed was not made', async () => {
  const undo = createUndo(journal);
  undo.record(path);
  const { size } = await stat(journal);
  undo.record(database);
  const whole = await readFile(journal);
  for (let length = size; length < whole.length - 1; length++) {
    await truncate(journal, 0);
    await appendFile(journal, whole.subarray(0, length));
    expect(readLeftovers(journal)).toEqual([path]);
  }
});

test('what is on a throwaway server goes with it, and nothing else', () => {
  const server: Leftover = { kind: 'server', connection: 'target', dataFolder: '/a/data', folders: ['/a'] };
  const elsewhere: Leftover = { kind: 'database', connection: 'other', name: 'copy' };
  expect(withoutDoomed([role, database, elsewhere, server, path])).toEqual([elsewhere, server, path]);
  expect(withoutDoomed([role, database])).toEqual([role, database]);
});

test('a server that was being made is left, then one that runs', () => {
  const undo = createUndo(journal);
  const server = { kind: 'server', connection: 'target', dataFolder: '/a/data', folders: ['/a'] } as const;
  const replaced = undo.record(server);
  expect(readLeftovers(journal)).toEqual([server]);
  undo.record({ ...server, pid: 4711 });
  replaced();
  expect(readLeftovers(journal)).toEqual([{ ...server, pid: 4711 }]);
});
