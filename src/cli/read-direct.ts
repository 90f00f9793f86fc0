import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { type DirectCommand, expandDirectForm, placeStorage } from '../config/direct-forms.ts';
import { type Place, parsePlace } from '../config/place.ts';
import type { Storage } from '../config/storage-steps.ts';
import { readOrigin } from '../dumpset/elsewhere.ts';
import { fault } from '../errors.ts';
import type { CommandLine } from './options.ts';

/**
 * Where a command that takes no declared file works: beside the dump set that it is about, or is to make, wherever that
 * lies.
 */
export function directWorkspace({ command, file, own }: CommandLine, folder: string): string {
  if (command === 'fetch' && own['to'] !== undefined) return nearestFolder(dirname(resolve(folder, own['to'])));
  return command === 'verify' && file !== undefined ? dirname(resolve(folder, file)) : folder;
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

export interface DirectSurroundings {
  readonly workspace: string;
  readonly temporary: string;
  /** What paths are told from. */
  readonly folder: string;
  /** Where credentials of storages come from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The config of a command without a file. Throws PGR129 for a wrong command line, and PGR17x for no dump set. */
export async function readDirect(
  command: DirectCommand,
  line: CommandLine,
  { folder: from, environment, ...surroundings }: DirectSurroundings,
): Promise<Config> {
  if (command === 'fetch') return readFetch(line, { folder: from, environment, ...surroundings });
  const { file, given } = line;
  if (command === 'compare' && file !== undefined)
    throw fault('PGR129', 'compare takes no file', 'give --source-url and --target-url, or their variables');
  if (command === 'verify' && file === undefined)
    throw fault('PGR129', 'verify needs the folder of a dump set', 'write pg-roundtrip verify FOLDER --target-url=URL');
  const folder = basename(resolve(surroundings.workspace, file ?? ''));
  const names = command === 'verify' ? (await readOrigin(resolve(surroundings.workspace, folder))).databases : [];
  return expandDirectForm(
    {
      command,
      dumpSet: { folder, only: names.length === 1 ? names[0]?.name : undefined },
      values: line.inputs,
      given,
    },
    { environment: {}, ...surroundings },
    name => `--${name}`,
  );
}

function readFetch({ file, own, inputs, given }: CommandLine, surroundings: DirectSurroundings): Config {
  const { folder } = surroundings;
  const { to, 'identity-file': identityFile, sha256 } = own;
  if (file === undefined || to === undefined) {
    const example = 'pg-roundtrip fetch s3://BUCKET/PREFIX/NAME --to=dumps/NAME';
    throw fault('PGR129', 'fetch needs where from, and the folder --to', `write, for example, ${example}`);
  }
  const place = parsePlace(file);
  return expandDirectForm(
    {
      command: 'fetch',
      dumpSet: undefined,
      fetch: {
        place: place.kind === 'folder' ? { ...place, path: resolve(folder, place.path) } : place,
        to: relative(surroundings.workspace, resolve(folder, to)),
        identityFile: identityFile && resolve(folder, identityFile),
        sha256,
      },
      values: inputs,
      given,
    },
    // Whoever types a path means it, wherever it leads.
    place.kind === 'folder' ? { ...surroundings, temporary: dirname(resolve(folder, place.path)) } : surroundings,
    name => `--${name}`,
  );
}

/** The storage that a place names; undefined for a folder. Throws PGR127 without credentials. */
export function storageOf(place: Place, surroundings: DirectSurroundings): Storage | undefined {
  if (place.kind !== 's3') return undefined;
  const prefix = [place.prefix, place.name].filter(part => part !== '').join('/');
  const fetch = { place: { ...place, prefix, name: 'any' }, to: 'any', identityFile: undefined, sha256: undefined };
  const form = { command: 'fetch', dumpSet: undefined, fetch, values: {}, given: new Set<string>() } as const;
  return expandDirectForm(form, surroundings, name => `--${name}`).storages[placeStorage];
}
