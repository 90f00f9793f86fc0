import { basename, dirname, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { type DirectCommand, expandDirectForm } from '../config/direct-forms.ts';
import { checkManifest } from '../dumpset/read.ts';
import { fault } from '../errors.ts';
import type { CommandLine } from './options.ts';

/** Where a command that takes no declared file works: beside the dump set that it is about, wherever that lies. */
export function directWorkspace({ command, file }: CommandLine, folder: string): string {
  return command === 'verify' && file !== undefined ? dirname(resolve(folder, file)) : folder;
}

/** The config of `verify DUMP_SET` or `compare`. Throws PGR129 for a wrong command line, and PGR17x for no dump set. */
export async function readDirect(
  command: DirectCommand,
  line: CommandLine,
  surroundings: { readonly workspace: string; readonly temporary: string },
): Promise<Config> {
  const { file, given } = line;
  if (command === 'compare' && file !== undefined)
    throw fault('PGR129', 'compare takes no file', 'give --source-url and --target-url, or their variables');
  if (command === 'verify' && file === undefined)
    throw fault('PGR129', 'verify needs the folder of a dump set', 'write pg-roundtrip verify FOLDER --target-url=URL');
  const folder = basename(resolve(surroundings.workspace, file ?? ''));
  const names = command === 'verify' ? (await checkManifest(resolve(surroundings.workspace, folder))).databases : [];
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
