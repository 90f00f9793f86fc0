#!/usr/bin/env node
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { checkCommand } from './cli/check-command.ts';
import { clientsCommand } from './cli/clients-command.ts';
import { doctorCommand } from './cli/doctor-command.ts';
import { dumpsCommand } from './cli/dumps-command.ts';
import { commands, defaultFile, helpText } from './cli/help.ts';
import { type CommandLine, parseCommandLine } from './cli/options.ts';
import { planCommand } from './cli/plan-command.ts';
import { directWorkspace, readDirect } from './cli/read-direct.ts';
import { reportText, runCommand } from './cli/run-command.ts';
import { userClientStore } from './client/client-store.ts';
import type { Config } from './config/config.ts';
import { renderJsonSchema } from './config/documents/json-schema.ts';
import { loadConfig } from './config/inputs.ts';
import { demo } from './demo/demo.ts';
import { asRoundtripError, fault } from './errors.ts';
import { flushed, outliveReader } from './platform/flush.ts';
import { plainPlatform } from './platform/plain.ts';
import type { Platform } from './platform/platform.ts';
import { nearest } from './postgres/connection/nearest.ts';
import { cancellation } from './run/cancellation.ts';
import { collectGarbageEarly } from './run/collect-garbage-early.ts';
import { serverProvider } from './run/server-provider.ts';
import { version } from './version.ts';

/** The command line's door: the only reader of argv and of the environment. It loads nothing of @actions/*. */
process.umask(0o077);
collectGarbageEarly();
outliveReader(process.stdout);
outliveReader(process.stderr);
const environment = { ...process.env };

try {
  await end(await perform(parseCommandLine(process.argv.slice(2), environment)));
} catch (error) {
  const roundtripError = asRoundtripError(error);
  // Not the current folder: that it is gone may be the very error.
  const platform = createPlatform(tmpdir());
  for (const { code, message, remedy, at } of roundtripError.problems) {
    platform.annotate('error', code, `${message}\n→ ${remedy}`, at);
  }
  await end(roundtripError.exitCode);
}

async function perform(line: CommandLine): Promise<number> {
  if (line.flags.has('version')) return print(version);
  if (line.flags.has('help') || line.command === undefined || line.command === 'help') return print(helpText());
  const folder = resolve(line.inputs['working-directory'] || '.');
  const verbose = line.flags.has('verbose');
  const platform = createPlatform(directWorkspace(line, folder), { verbose });
  const { command } = line;
  const direct = { workspace: platform.workspace, temporary: tmpdir(), folder, environment };
  const readConfig = () =>
    command === 'verify' || command === 'compare' || command === 'fetch'
      ? readDirect(command, line, direct)
      : readDeclared(line, platform);
  const json = line.flags.has('json');
  if (json && (command === 'demo' || command === 'client'))
    throw fault('PGR129', `${command} prints no JSON`, 'leave --json out');
  // The package's own folder, for a clone whose dependencies are installed, and the current one.
  const servers = serverProvider([dirname(import.meta.dirname), process.cwd()]);
  const look = async () => ({
    config: await readConfig(),
    platform,
    environment,
    signal: cancellation().signal,
    servers,
    json,
  });
  switch (line.command) {
    case 'demo':
      return demo({ platform, environment, signal: cancellation().signal });
    case 'check': {
      const { text, exitCode } = await checkCommand({ readConfig, workspace: platform.workspace, environment, json });
      platform.info(text);
      return exitCode;
    }
    case 'plan':
      platform.info(await planCommand(await look()));
      return 0;
    case 'doctor':
      return doctorCommand(await look());
    case 'verify':
    case 'compare':
    case 'fetch':
    case 'run': {
      const wanted = line.inputs['report-path'];
      const reportPath = wanted ? resolve(folder, wanted) : undefined;
      // With --json, standard output is the report alone.
      const shown = json ? createPlatform(platform.workspace, { verbose, stdout: process.stderr }) : platform;
      const report = await runCommand({
        readConfig,
        platform: shown,
        environment,
        signal: cancellation().signal,
        servers,
        reportPath,
      });
      platform.info(reportText(report, json));
      return report.exitCode;
    }
    case 'ls':
    case 'inspect':
    case 'diff': {
      const { columns } = process.stdout as Partial<NodeJS.WriteStream>;
      return dumpsCommand({
        command: line.command,
        line,
        direct,
        platform,
        width: columns,
        signal: cancellation().signal,
      });
    }
    case 'client':
      return print(
        await clientsCommand({
          action: line.file,
          major: line.argument,
          store: userClientStore(environment),
          environment,
          signal: cancellation().signal,
        }),
      );
    case 'schema':
      return print(renderJsonSchema().trimEnd());
    default:
      throw unknownCommand(line.command);
  }
}

/** From the file that is named, else from the short form's options, else from the file of the usual name. */
function readDeclared({ file, inputs }: CommandLine, platform: Platform): Promise<Config> {
  const short = inputs['source-url'] !== '' && file === undefined;
  return loadConfig(
    { ...inputs, config: short ? '' : (file ?? defaultFile) },
    { environment, workspace: platform.workspace, temporary: tmpdir() },
    name => (name === 'config' ? 'a declared file' : `--${name}`),
  );
}

function createPlatform(
  workspace: string,
  { verbose = false, stdout = process.stdout }: { verbose?: boolean; stdout?: NodeJS.WriteStream } = {},
): Platform {
  return plainPlatform({
    stdout,
    stderr: process.stderr,
    workspace,
    temporary: tmpdir(),
    interactive: stdout.isTTY === true,
    verbose,
    environment,
  });
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function unknownCommand(command: string): Error {
  const meant = nearest(
    command,
    commands.map(one => one.name),
  );
  const otherwise = /\.ya?ml$/i.test(command) ? `write pg-roundtrip run ${command}` : 'see pg-roundtrip --help';
  return fault('PGR129', `unknown command "${command}"`, meant === undefined ? otherwise : `did you mean ${meant}?`);
}

async function end(exitCode: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(exitCode);
}
