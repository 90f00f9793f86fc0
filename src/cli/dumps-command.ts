import { resolve } from 'node:path';
import { type ExitCode, fault } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import { listFolder } from '../storage/listing.ts';
import { diffCommand } from './diff-command.ts';
import { inspectCommand } from './inspect-command.ts';
import { lsCommand } from './ls-command.ts';
import type { CommandLine } from './options.ts';

export interface DumpsCommand {
  readonly command: 'ls' | 'inspect' | 'diff';
  readonly line: CommandLine;
  /** What paths are told from. */
  readonly folder: string;
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

async function performed({ command, line, folder, width, signal, platform }: DumpsCommand) {
  const { flags, file, argument, as } = line;
  const view = { json: flags.has('json'), all: flags.has('all'), width };
  const path = (given: string | undefined): string => {
    if (given === undefined) throw fault('PGR129', `${command} needs ${needs[command]}`, `write ${examples[command]}`);
    return resolve(folder, given);
  };
  switch (command) {
    case 'ls':
      return { text: await lsCommand({ ...view, list: () => listFolder(path(file), signal) }), exitCode: 0 } as const;
    case 'inspect': {
      const [of, quick] = [path(file), flags.has('quick')];
      if (!quick) platform.transient('checking every hash …');
      return inspectCommand({ ...view, path: of, quick, signal });
    }
    case 'diff':
      return diffCommand({ ...view, before: path(file), after: path(argument), as });
  }
}

const needs = {
  ls: 'the folder in which dump sets lie',
  inspect: 'the folder of a dump set, or an archive of pg_dump',
  diff: 'two dump sets, or archives of pg_dump',
} as const;

const examples = {
  ls: 'pg-roundtrip ls backups',
  inspect: 'pg-roundtrip inspect backups/monday',
  diff: 'pg-roundtrip diff backups/monday backups/tuesday',
} as const;
