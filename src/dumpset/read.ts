import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.ts';
import { checksumsFile, hashFolder, listFiles, parseChecksums, type Reading } from './checksums.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/** Reads the manifest of a dump set. Throws PGR171 when the folder is none, PGR172 when the manifest is damaged. */
export async function readManifest(folder: string): Promise<Manifest> {
  return manifestOf(folder, await readBytes(folder));
}

function readBytes(folder: string): Promise<Buffer> {
  return readFile(join(folder, 'manifest.json')).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? notADumpSet(folder) : unreadable(folder, error);
  });
}

function manifestOf(folder: string, bytes: Buffer): Manifest {
  const manifest = parseManifest(bytes.toString('utf8'));
  if (manifest === undefined) throw damaged(folder, 'manifest.json does not hold a manifest');
  if (manifest.schema !== manifestSchema) {
    throw fault(
      'PGR171',
      `${folder} has a manifest of schema ${String(manifest.schema)}`,
      'use the release of pg-roundtrip that made it, or a newer one',
    );
  }
  return manifest;
}

/** Reads a manifest whose own hash holds: enough where no other file of the dump set is used unchecked. */
export async function checkManifest(folder: string): Promise<Manifest> {
  const bytes = await readBytes(folder);
  const expected = await readChecksums(folder);
  if (expected.get('manifest.json') !== createHash('sha256').update(bytes).digest('hex'))
    throw damaged(folder, 'manifest.json has changed');
  return manifestOf(folder, bytes);
}

/** The same, and no file is missing or too many: what can be known without reading them all. */
export async function checkListing(folder: string): Promise<Manifest> {
  const manifest = await checkManifest(folder);
  const expected = new Set((await readChecksums(folder)).keys());
  const present = new Set((await listFiles(folder)).filter(path => path !== checksumsFile));
  const wrong = [
    ...[...expected].filter(path => !present.has(path)).map(path => `${path} is missing`),
    ...[...present].filter(path => !expected.has(path)).map(path => `${path} does not belong to it`),
  ];
  if (wrong.length > 0) throw damaged(folder, summarize(wrong));
  return manifest;
}

/**
 * Proves that a dump set is what was written: every file is listed, every listed file is there, every hash holds.
 * Nothing of a dump set may be used before. Throws PGR172 naming each file that differs.
 */
export async function checkDumpSet(folder: string, reading: Reading = {}): Promise<Manifest> {
  const bytes = await readBytes(folder);
  const expected = await readChecksums(folder);
  const actual = new Map(
    (await hashFolder(folder, { leaveOut: [checksumsFile], ...reading })).map(({ path, sha256 }) => [path, sha256]),
  );
  const wrong = [
    ...[...expected]
      .filter(([path, sha256]) => actual.has(path) && actual.get(path) !== sha256)
      .map(([path]) => `${path} has changed`),
    ...[...expected.keys()].filter(path => !actual.has(path)).map(path => `${path} is missing`),
    ...[...actual.keys()].filter(path => !expected.has(path)).map(path => `${path} does not belong to it`),
  ];
  if (!expected.has('manifest.json')) wrong.push('manifest.json is not listed');
  if (wrong.length > 0) throw damaged(folder, summarize(wrong));
  // Not before, as what a changed manifest says is worth nothing: not even its schema.
  const manifest = manifestOf(folder, bytes);
  const unlisted = manifest.databases.filter(
    ({ path }) => ![...expected.keys()].some(listed => listed === path || listed.startsWith(`${path}/`)),
  );
  if (unlisted.length > 0) throw damaged(folder, summarize(unlisted.map(({ path }) => `${path} is not listed`)));
  return manifest;
}

async function readChecksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, checksumsFile), 'utf8').catch(() => undefined);
  if (text === undefined) throw damaged(folder, `${checksumsFile} is missing, so the dump set was never finished`);
  const sums = parseChecksums(text);
  if (sums === undefined) throw damaged(folder, `${checksumsFile} is malformed`);
  return sums;
}

function summarize(wrong: readonly string[]): string {
  const more = wrong.length > 5 ? ` and ${wrong.length - 5} more` : '';
  return wrong.slice(0, 5).join(', ') + more;
}

/** Looks no deeper than to what is needed to say what is wrong: the hashes answer for the rest. */
function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && 'schema' in value && (value['schema'] !== manifestSchema || isManifest(value))
      ? (value as unknown as Manifest)
      : undefined;
  } catch {
    return undefined;
  }
}

function isManifest({ client, server, databases }: Readonly<Record<string, unknown>>): boolean {
  return (
    isObject(client) &&
    typeof client['major'] === 'number' &&
    isObject(server) &&
    Array.isArray(databases) &&
    databases.every(
      (one: unknown) =>
        isObject(one) &&
        typeof one['name'] === 'string' &&
        typeof one['path'] === 'string' &&
        [one['tables'], one['sequences'], one['extensions'], one['roles']].every(Array.isArray),
    )
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notADumpSet(folder: string): Error {
  return fault(
    'PGR171',
    `${folder} is not a dump set: it has no manifest.json`,
    'name the folder that a dump step has made',
  );
}

function unreadable(folder: string, error: NodeJS.ErrnoException): Error {
  return fault(
    'PGR221',
    `the manifest of ${folder} could not be read: ${error.code ?? error.message}`,
    'check the permissions',
    error,
  );
}

function damaged(folder: string, what: string): Error {
  return fault(
    'PGR172',
    `the dump set ${folder} is damaged: ${what}`,
    'fetch it again, or take an older one; nothing was restored from it',
  );
}
