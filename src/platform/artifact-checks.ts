import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fault } from '../errors.ts';

/**
 * The name that a file has as an artifact: its base name, as the client uploads single files under it. Refused are the
 * characters that artifacts can't have (@actions/artifact, path-and-artifact-name-validation), control characters,
 * `##[`, as the client prints the name where the runner reads commands, and `.zip`, as the client unpacks it at download.
 *
 * @throws PGR132
 */
export function artifactName(file: string): string {
  const name = basename(file);
  const [forbidden] = /[":<>|*?\\/\p{Cc}]|##\[/u.exec(name) ?? [];
  if (forbidden !== undefined) {
    throw fault(
      'PGR132',
      `the artifact name ${JSON.stringify(name)} contains ${JSON.stringify(forbidden)}`,
      'choose a name of letters, digits, dots, dashes and underscores; a time is best written as 20260131T235959Z',
    );
  }
  if (/\.zip$/i.test(name)) {
    throw fault(
      'PGR132',
      `the artifact name ${JSON.stringify(name)} ends in .zip, and such an artifact is unpacked at download`,
      'choose another ending, such as .dump or .tar',
    );
  }
  return name;
}

/**
 * Refuses a retention that the repository would cut: a backup that vanishes earlier than declared is worse than none.
 *
 * @throws PGR133
 */
export function checkRetention(days: number | undefined, maximumDays: number | undefined): void {
  if (days === undefined || maximumDays === undefined || days <= maximumDays) return;
  throw fault(
    'PGR133',
    `the artifact is to be kept for ${days} days, but this repository keeps artifacts for at most ${maximumDays}`,
    `set retention-days to ${maximumDays} or less, or raise the limit in the repository's settings for Actions`,
  );
}

/** A file's size and the SHA-256 of its content, in lower-case hexadecimal. */
export interface Measure {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Reads a file to its end, so that whatever is wrong with it shows before the client touches it: a folder or a read
 * error inside the client ends the process.
 *
 * @throws PGR221 where it can't be read, PGR230 where it is not a regular file with content
 */
export async function measureFile(file: string): Promise<Measure> {
  const status = await lstat(file).catch(error => Promise.reject(unreadable(file, error)));
  if (!status.isFile()) {
    const remedy = 'publish one regular file, such as a packed dump set; links and folders are not followed';
    throw fault('PGR230', `${file} is not a regular file`, remedy);
  }
  if (status.size === 0) {
    throw fault('PGR230', `${file} is empty`, 'publish the file after it was written completely');
  }
  return hashFile(file);
}

/** Reads a file to its end. @throws PGR221 where it can't be read */
export async function hashFile(file: string): Promise<Measure> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024 });
  await pipeline(stream, async chunks => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  }).catch(error => Promise.reject(unreadable(file, error)));
  return { bytes, sha256: hash.digest('hex') };
}

function unreadable(file: string, cause: unknown) {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return fault('PGR221', `${file} cannot be read${reason}`, 'check that the file exists and may be read', cause);
}
