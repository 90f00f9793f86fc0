import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type CommandEnding, lastWords, runDeclaredCommand } from '../declared-command.ts';
import { fault } from '../errors.ts';
import type { ObjectStore } from './object-store.ts';

/** What reaches a storage that nothing here knows: rclone, az, gsutil. `{file}` and `{key}` stand for what is meant. */
export interface StorageCommands {
  readonly upload: readonly string[];
  readonly download: readonly string[];
  /** Prints the key of every object, one a line. */
  readonly list: readonly string[];
  /** Undefined where nothing can be deleted. */
  readonly delete: readonly string[] | undefined;
}

export interface CommandSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Where objects lie on their way, each as one file. */
  readonly privateFolder: string;
}

/** Bytes of a list of a million keys. */
const longestList = 100_000_000;

/**
 * An object store behind commands. That nothing is overwritten is looked at before and not promised by the storage:
 * two runs that store the same key at the same moment are not told apart.
 */
export function commandObjects(commands: StorageCommands, surroundings: CommandSurroundings): ObjectStore {
  const { privateFolder, ...rest } = surroundings;
  const [place = ''] = commands.upload;
  const run = async (command: readonly string[], what: string, names: Names, signal: AbortSignal): Promise<string> => {
    const filled = command.map(argument => fill(argument, names));
    const ending = await runDeclaredCommand({ ...rest, command: filled, signal, mostOutput: longestList });
    signal.throwIfAborted();
    if (!ending.succeeded) throw failed(filled, what, ending);
    return ending.output;
  };
  const keys = async (signal: AbortSignal): Promise<readonly string[]> => {
    const output = await run(commands.list, 'list the storage', { key: '', file: '' }, signal);
    if (output.length >= longestList) throw fault('PGR232', `${place} lists too much`, 'let it list one folder');
    return output.split(/\r?\n/).filter(line => line !== '');
  };
  const temporary = () => join(privateFolder, `object-${randomUUID()}`);
  return {
    place: `the storage of ${place}`,
    async put(key, { bytes, chunks }, signal) {
      if ((await keys(signal)).includes(key)) {
        throw fault('PGR131', `the storage of ${place} has ${key} already`, 'choose another name, or remove it');
      }
      const file = temporary();
      try {
        await pipeline(chunks, createWriteStream(file, { mode: 0o600, flags: 'wx', highWaterMark: 1 << 20 }), {
          signal,
        });
        const { size } = await stat(file);
        if (size !== bytes) throw fault('PGR232', `${key} has ${size} bytes instead of ${bytes}`, 'run it again');
        await run(commands.upload, `store ${key}`, { key, file }, signal);
      } finally {
        await rm(file, { force: true });
      }
    },
    async *get(key, signal) {
      const file = temporary();
      try {
        await run(commands.download, `fetch ${key}`, { key, file }, signal).catch(async (error: unknown) => {
          if ((await keys(signal)).includes(key)) throw error;
          throw fault('PGR231', `the storage of ${place} has no ${key}`, 'check the name', error);
        });
        yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
      } finally {
        await rm(file, { force: true, recursive: true });
      }
    },
    list: async signal => (await keys(signal)).map(key => ({ key, bytes: undefined, modifiedAt: undefined })),
    async remove(key, signal) {
      if (commands.delete === undefined) {
        throw fault('PGR232', `nothing can be deleted in the storage of ${place}`, 'declare its command `delete`');
      }
      if ((await keys(signal)).includes(key)) await run(commands.delete, `delete ${key}`, { key, file: '' }, signal);
    },
  };
}

interface Names {
  readonly key: string;
  readonly file: string;
}

function fill(argument: string, { key, file }: Names): string {
  return argument.replace(/\{(key|file)\}/g, (_, name: string) => (name === 'key' ? key : file));
}

function failed([program = '']: readonly string[], what: string, { how, said }: CommandEnding): Error {
  return fault(
    'PGR232',
    `${program} could not ${what}: it ${how}${lastWords(said)}`,
    'run it by hand in the same environment',
  );
}
