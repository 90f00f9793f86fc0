import { resolve } from 'node:path';
import { parsePlace } from '../config/place.ts';
import { type ExitCode, fault } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { storageOpener } from '../run/open-storage.ts';
import { listFolder, listStore, type SetListing } from '../storage/listing.ts';
import { diffCommand } from './diff-command.ts';
import { inspectCommand } from './inspect-command.ts';
import { lsCommand } from './ls-command.ts';
import type { CommandLine } from './options.ts';
import { type DirectSurroundings, storageOf } from './read-direct.ts';

export interface DumpsCommand {
  readonly command: 'ls' | 'inspect' | 'diff';
  readonly line: CommandLine;
  readonly direct: DirectSurroundings;
  readonly platform: Platform;
  /** Of the terminal, in characters; undefined where there is none. */
  readonly width: number | undefined;
  readonly signal: AbortSignal;
}

/** The commands that look at dumps, and need neither a declared file nor a server. */
export async function dumpsCommand(given: DumpsCommand): Promise<ExitCode> {
  const { text, exitCode } = await performed(given);
  given.platform.info(text);
  return exitCode;
}

async function performed({ command, line, direct, width, signal, platform }: DumpsCommand) {
  const { folder } = direct;
  const { flags, file, argument, as } = line;
  const view = { json: flags.has('json'), all: flags.has('all'), width };
  const written = (given: string | undefined): string => {
    if (given === undefined) throw fault('PGR129', `${command} needs ${needs[command]}`, `write ${examples[command]}`);
    return given;
  };
  const path = (given: string | undefined): string => resolve(folder, written(given));
  switch (command) {
    case 'ls':
      return {
        text: await lsCommand({ ...view, list: () => listPlace(written(file), direct, signal) }),
        exitCode: 0,
      } as const;
    case 'inspect': {
      const [of, quick] = [path(file), flags.has('quick')];
      if (!quick) platform.transient('checking every hash …');
      return inspectCommand({ ...view, path: of, quick, signal });
    }
    case 'diff':
      return diffCommand({ ...view, before: path(file), after: path(argument), as });
  }
}

/** A folder, or a storage that is only opened for this. */
async function listPlace(text: string, direct: DirectSurroundings, signal: AbortSignal): Promise<SetListing> {
  const place = parsePlace(text);
  if (place.kind === 'folder') return listFolder(resolve(direct.folder, place.path), signal);
  const storage = storageOf(place, direct);
  if (storage === undefined) throw fault('PGR129', `ls cannot list ${text}`, 'give a folder, or s3://BUCKET/PREFIX');
  const { environment, folder, temporary } = direct;
  const surroundings = { environment, folder, privateFolder: temporary, note: () => {} };
  return listStore(await storageOpener({ place: storage }, surroundings)('place'), signal);
}

const needs = {
  ls: 'the folder or storage in which dump sets lie',
  inspect: 'the folder of a dump set, or an archive of pg_dump',
  diff: 'two dump sets, or archives of pg_dump',
} as const;

const examples = {
  ls: 'pg-roundtrip ls backups',
  inspect: 'pg-roundtrip inspect backups/monday',
  diff: 'pg-roundtrip diff backups/monday backups/tuesday',
} as const;
