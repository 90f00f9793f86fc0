import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fault, type RoundtripError } from '../errors.ts';
import type { Config } from './config.ts';
import { type ConfigSurroundings, parseConfig } from './parse.ts';
import { limits } from './source/limits.ts';

/**
 * Reads a declared file from disk; a relative path starts at the workspace.
 * @throws RoundtripError PGR126 when it cannot be read, else what `parseConfig` throws.
 */
export async function readConfig(path: string, surroundings: ConfigSurroundings): Promise<Config> {
  return parseConfig(await readText(path, resolve(surroundings.workspace, path)), { ...surroundings, file: path });
}

async function readText(shown: string, absolute: string): Promise<string> {
  const bytes = await readBytes(shown, absolute);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw fault('PGR126', `the declared file ${shown} is not UTF-8`, 'save it as UTF-8', error);
  }
}

async function readBytes(shown: string, absolute: string): Promise<Buffer> {
  try {
    const found = await stat(absolute);
    if (!found.isFile()) throw notReadable(shown, found.isDirectory() ? 'is a folder' : 'is not a file', undefined);
    if (found.size <= limits.bytes) return await readFile(absolute);
  } catch (error) {
    throw error instanceof Error && 'code' in error && 'syscall' in error ? systemFault(shown, error) : error;
  }
  const what = `the declared file ${shown} is larger than ${limits.bytes} bytes`;
  throw fault('PGR120', what, 'split the work into several files');
}

function systemFault(shown: string, error: Error & { readonly code: unknown }): RoundtripError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return notReadable(shown, 'does not exist', error);
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return notReadable(shown, 'may not be read by this user', error);
  return notReadable(shown, `cannot be read (${String(error.code)})`, error);
}

function notReadable(shown: string, state: string, cause: unknown): RoundtripError {
  const remedy = 'give the path of a file, relative to the workspace; in a workflow, check the repository out first';
  return fault('PGR126', `the declared file ${shown} ${state}`, remedy, cause);
}
