import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.ts';
import { passfileText } from '../postgres/connection/conninfo.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import type { Command } from '../postgres/process.ts';
import { createMessageReader, isBenign, startedTable, type ToolMessage } from '../postgres/tool-output.ts';
import type { Runtime } from './runtime.ts';
import { toolFailure } from './tool-failure.ts';

export interface ToolWatch {
  readonly signal: AbortSignal;
  /** Called at every line that the tool prints. */
  readonly touch: () => void;
  readonly onTable?: (name: string) => void;
}

/** How a tool ended well: what it said that is no failure. */
export interface ToolOutcome {
  readonly warnings: readonly string[];
}

/**
 * Runs a client tool with the password in a passfile that exists only meanwhile. Throws what its messages mean
 * (PGR2xx) if any of them is an error that is not known to be benign, or if it exits badly without saying why.
 */
export async function runTool(
  runtime: Runtime,
  connection: string,
  command: Command,
  watch: ToolWatch,
): Promise<ToolOutcome> {
  const messages: ToolMessage[] = [];
  const reader = createMessageReader(command.program, message => {
    const table = startedTable(message);
    if (table !== undefined) watch.onTable?.(table);
    if (message.level === 'progress') return;
    if (messages.length < 1_000) messages.push(message);
    runtime.platform.foreign(message.text.split('\n'));
  });
  const code = await withPassfile(runtime, parametersOf(runtime, connection), passfile =>
    runtime.runProcess(
      { ...command, environment: { ...command.environment, PGAPPNAME: runtime.applicationName, ...passfile } },
      {
        signal: watch.signal,
        onLine: line => {
          watch.touch();
          reader.line(line);
        },
      },
    ),
  );
  reader.end();
  const errors = messages.filter(message => message.level === 'error' && !isBenign(message));
  const summaryOnly = errors.length === 0 && messages.some(isBenign);
  if (errors.length > 0 || (code !== 0 && !summaryOnly)) throw toolFailure(command.program, code, errors);
  return {
    warnings: messages.filter(message => message.level === 'warning' || isBenign(message)).map(message => message.text),
  };
}

/** A passfile for one connection: any host, port, database and user, as nobody else can read it. */
async function withPassfile<Result>(
  runtime: Runtime,
  parameters: ConnectionParameters,
  body: (environment: Record<string, string>) => Promise<Result>,
): Promise<Result> {
  const text = passfileText(parameters);
  const path = join(runtime.privateFolder, `passfile-${crypto.randomUUID()}`);
  // Named even when there is no password, so that the user's own ~/.pgpass has no say in what this run connects to.
  await writeFile(path, text ?? '', { mode: 0o600, flag: 'wx' });
  try {
    return await body({ PGPASSFILE: path });
  } finally {
    await rm(path, { force: true });
  }
}

export function parametersOf(runtime: Runtime, connection: string): ConnectionParameters {
  const parameters = runtime.connections[connection];
  if (parameters === undefined)
    throw fault('PGR900', `connection "${connection}" was not resolved`, 'please report it');
  return parameters;
}
