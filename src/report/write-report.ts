import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fault } from '../errors.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import type { RunReport } from './model.ts';
import { renderSummary } from './summary.ts';

/** Paths of the written files. */
export interface WrittenReport {
  readonly json: string;
  readonly junit: string;
  readonly summary: string;
}

/**
 * Writes `report.json`, `junit.xml` and `summary.md` into a folder, which is made when missing. Only the owner can read
 * the files; each appears complete or not at all, and replaces that of an earlier run.
 *
 * @throws RoundtripError PGR220 when the disk is full, PGR221 for any other failure.
 */
export async function writeReport(report: RunReport, folder: string): Promise<WrittenReport> {
  const paths = {
    json: join(folder, 'report.json'),
    junit: join(folder, 'junit.xml'),
    summary: join(folder, 'summary.md'),
  };
  try {
    await makeFolders(folder);
    await replaceFile(paths.json, renderJson(report));
    await replaceFile(paths.junit, renderJunit(report));
    await replaceFile(paths.summary, renderSummary(report));
  } catch (error) {
    throw fileFault(folder, error);
  }
  return paths;
}

/** Node's own `recursive` never ends where a file system says of a new folder that its parent is missing, as /proc does. */
async function makeFolders(folder: string, parentsMade = false): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || parentsMade) throw error;
    await makeFolders(dirname(folder));
    await makeFolders(folder, true);
  }
}

/** Through a new file, so that a link or a file of looser mode at the path is replaced and never written through. */
async function replaceFile(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  try {
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function fileFault(folder: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return fault(
      'PGR220',
      `there is no room for the report in ${folder}`,
      'free some space, or choose another folder',
      error,
    );
  }
  const remedy = 'choose a folder for the report that this user may write to';
  return fault('PGR221', `the report could not be written to ${folder} (${code})`, remedy, error);
}
