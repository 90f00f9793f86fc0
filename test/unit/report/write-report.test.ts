import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderJson } from '../../../src/report/json.ts';
import { renderJunit } from '../../../src/report/junit.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { writeReport } from '../../../src/report/write-report.ts';
import { passedReport } from './reports.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('three files that only their owner can read, and nothing else', async () => {
  const target = join(folder, 'deep', 'report');
  const paths = await writeReport(passedReport, target);
  expect(paths).toEqual({
    json: join(target, 'report.json'),
    junit: join(target, 'junit.xml'),
    summary: join(target, 'summary.md'),
  });
  expect((await readdir(target)).toSorted()).toEqual(['junit.xml', 'report.json', 'summary.md']);
  expect(await readFile(paths.json, 'utf8')).toBe(renderJson(passedReport));
  expect(await readFile(paths.junit, 'utf8')).toBe(renderJunit(passedReport));
  expect(await readFile(paths.summary, 'utf8')).toBe(renderSummary(passedReport));
  for (const path of Object.values(paths)) expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a link, a looser mode and the rest of a killed run are replaced', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await writeFile(elsewhere, 'mine');
  await symlink(elsewhere, join(folder, 'report.json'));
  await writeFile(join(folder, 'junit.xml'), 'old');
  await chmod(join(folder, 'junit.xml'), 0o666);
  await writeFile(join(folder, 'summary.md.partial'), 'half');
  const paths = await writeReport(passedReport, folder);
  expect(await readFile(elsewhere, 'utf8')).toBe('mine');
  expect(await readFile(paths.json, 'utf8')).toBe(renderJson(passedReport));
  expect((await stat(paths.junit)).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).toSorted()).toEqual(['elsewhere', 'junit.xml', 'report.json', 'summary.md']);
});

test('what cannot be written is an error with a way out, and leaves no half file', async () => {
  await mkdir(join(folder, 'report.json'));
  await expect(writeReport(passedReport, folder)).rejects.toMatchObject({
    problems: [{ code: 'PGR221', message: expect.stringContaining(folder), remedy: expect.stringContaining('folder') }],
  });
  expect(await readdir(folder)).toEqual(['report.json']);
  await expect(writeReport(passedReport, join('/dev/null', 'x'))).rejects.toMatchObject({ code: 'PGR221' });
});

test.skipIf(process.platform !== 'linux')('a file system that lets nobody make a folder', async () => {
  await expect(writeReport(passedReport, '/proc/missing/report')).rejects.toMatchObject({ code: 'PGR221' });
});
