import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hear, withoutPasswords } from '../diagnosis/said.ts';
import { fault } from '../errors.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { passfileText, serviceFileText } from '../postgres/connection/conninfo.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { Command, ProcessOptions } from '../postgres/process.ts';
import {
  createMessageReader,
  errorsWithin,
  isBenign,
  namesUnknownSetting,
  startedTable,
  type ToolMessage,
} from '../postgres/tool-output.ts';
import type { Runtime } from './runtime.ts';
import { atRate } from './throttle-tools.ts';
import { toolFailure } from './tool-failure.ts';

export interface ToolOptions extends Pick<ProcessOptions, 'input' | 'onOutput'> {
  /** Instead of the step's own, to end the tool before the step ends. */
  readonly signal?: AbortSignal;
  /** Called with each table that the tool begins. */
  readonly onTable?: (name: string) => void;
  /** Called with what it tells of its work, and when it said so, as the clock tells. */
  readonly onProgress?: (message: ToolMessage, moment: number) => void;
  /** The database that it works on, where that is not the connection's own. */
  readonly database?: string;
  /** The table of contents of the archive that it restores: tells which of its errors follow from others. */
  readonly entries?: readonly TocEntry[];
}

/** How a tool ended well: what it said that is no failure. */
export interface ToolOutcome {
  readonly warnings: readonly string[];
}

/** A restore can fail in each of a million objects; the first ones tell why. */
const mostKept = 10_000;
/** Characters of each of them: what is cut off are values, or the end of a statement. */
const longestKept = 4_000;
/** Lines in which an error is looked for that has got mixed up with another worker's line. */
const mostRecent = 200;

/**
 * Runs a client tool with the password in a passfile that exists only meanwhile. Throws what its messages mean
 * (PGR2xx) if any of them is an error that is not known to be benign, or if it exits badly without saying why.
 */
export async function runTool(
  runtime: Runtime,
  connection: string,
  command: Command,
  options: ToolOptions = {},
): Promise<ToolOutcome> {
  const errors: ToolMessage[] = [];
  const notes: ToolMessage[] = [];
  let count = 0;
  let unknownSettings = 0;
  const recent: string[] = [];
  // A message is whole when the next one begins.
  let said = runtime.clock.seconds();
  const reader = createMessageReader(command.program, message => {
    const table = startedTable(message);
    if (table !== undefined) options.onTable?.(table);
    if (message.level === 'progress') {
      options.onProgress?.(message, said);
      if (runtime.platform.verbose) runtime.platform.foreign(withoutPasswords(hear(message)).split('\n'));
      return;
    }
    const kept = message.level === 'warning' || isBenign(message) ? notes : errors;
    if (kept === errors) count++;
    if (kept.length < mostKept) kept.push(shortened(message));
    // A benign one is told in words at the end: printed as it comes, it looks like a failure.
    if (!isBenign(message)) runtime.platform.foreign(withoutPasswords(hear(message)).split('\n'));
  });
  const parameters = await runtime.withPassword(parametersOf(runtime, connection));
  const code = await withCredentials(runtime, parameters, credentials =>
    atRate(runtime, parameters, command, reached =>
      runtime.runProcess(
        { ...reached, environment: { ...command.environment, PGAPPNAME: runtime.applicationName, ...credentials } },
        {
          signal: options.signal ?? runtime.signal,
          onActive: runtime.touch,
          ...(runtime.throttle === undefined ? {} : { onStart: runtime.throttle.started }),
          ...(options.input === undefined ? {} : { input: options.input }),
          ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
          onLine: line => {
            runtime.touch();
            if (namesUnknownSetting(line)) unknownSettings++;
            recent.push(line);
            if (recent.length > mostRecent) recent.shift();
            reader.line(line);
            said = runtime.clock.seconds();
          },
        },
      ),
    ),
  );
  reader.end();
  if (errors.length > 0 || (code !== 0 && !isForgiven(code, notes, unknownSettings))) {
    const { user, database: own } = parameters;
    const { database = own, entries = [] } = options;
    const found = errors.length > 0 ? errors : errorsWithin(command.program, recent.filter(isNoUnknownSetting));
    throw toolFailure(
      { program: command.program, user, database, entries },
      { exitCode: code, errors: found, count: Math.max(count, found.length) },
    );
  }
  return { warnings: warningsOf(notes) };
}

const isNoUnknownSetting = (line: string) => !namesUnknownSetting(line);

/** A copy, as a part of a text keeps the whole in memory. */
function shortened(message: ToolMessage): ToolMessage {
  if (message.text.length <= longestKept) return message;
  return { ...message, text: Buffer.from(message.text.slice(0, longestKept)).toString() };
}

function warningsOf(notes: readonly ToolMessage[]): readonly string[] {
  const benign = notes.filter(isBenign).length;
  if (benign === 0) return notes.map(({ text }) => text);
  const others = notes.filter(note => !isBenign(note) && !ignoredErrors.test(note.text)).map(({ text }) => text);
  const told = `${benign} ${benign === 1 ? 'error is' : 'errors are'} of no account: the client sets transaction_timeout, which this older server does not have`;
  return [told, ...others];
}

const ignoredErrors = /^pg_restore: warning: errors ignored on restore: (\d+)$/;

/** The connections of pg_restore itself: one in all, or one before and one after its parallel workers. */
const mostOwnConnections = 2;

/**
 * pg_restore exits with 1 also when all that it says is that it has ignored errors, and each of them was benign. It counts
 * those of its own connections and those of the archive's entries, but not what its workers meet as they connect
 * (measured with 17 and 18: 1 of 1 without jobs, 2 of 4 with two, 2 of 6 with four). So an entry that failed in lines
 * that workers have mixed up still shows in the number.
 */
function isForgiven(code: number, notes: readonly ToolMessage[], unknownSettings: number): boolean {
  const ignored = Number(notes.map(({ text }) => ignoredErrors.exec(text)?.[1]).find(count => count !== undefined));
  return code === 1 && ignored > 0 && ignored <= Math.min(unknownSettings, mostOwnConnections);
}

/**
 * The secrets of one connection, in files that only this user can read and that exist only meanwhile. A passfile is named
 * even when there is no password, so that the user's own ~/.pgpass has no say in what this run connects to.
 */
async function withCredentials<Result>(
  runtime: Runtime,
  parameters: ConnectionParameters,
  body: (environment: Record<string, string>) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(runtime.privateFolder, 'credentials-'));
  try {
    const passfile = await writePrivately(join(folder, 'passfile'), passfileText(parameters) ?? '');
    const keyPassword = serviceFileText(parameters);
    return await body({
      PGPASSFILE: passfile,
      // The only way to give a key's password to libpq without a command line.
      ...(keyPassword === undefined
        ? {}
        : { PGSERVICEFILE: await writePrivately(join(folder, 'service'), keyPassword) }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writePrivately(path: string, text: string): Promise<string> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

export function parametersOf(runtime: Runtime, connection: string): ConnectionParameters {
  const parameters = runtime.connections[connection];
  if (parameters === undefined)
    throw fault('PGR900', `connection "${connection}" was not resolved`, 'please report it');
  return parameters;
}
