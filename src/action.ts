import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import * as core from '@actions/core';
import type { Config } from './config/config.ts';
import { actionInputs, loadConfig } from './config/inputs.ts';
import { asRoundtripError, fault } from './errors.ts';
import { flushed } from './platform/flush.ts';
import { githubPlatform } from './platform/github.ts';
import { githubClientStore } from './platform/github-clients.ts';
import type { Platform } from './platform/platform.ts';
import { cancellation } from './run/cancellation.ts';
import { collectGarbageEarly } from './run/collect-garbage-early.ts';
import { passwordSource } from './run/passwords.ts';
import { resolveConnections, sessionOpener } from './run/prepare.ts';
import { reportEverywhere } from './run/report-everywhere.ts';
import { run } from './run/run.ts';
import { serverProvider } from './run/server-provider.ts';
import { takeBack } from './run/take-back.ts';
import type { Secret } from './secret.ts';
import type { OpenSession } from './steps/runtime.ts';
import { readLeftovers, withoutDoomed } from './steps/undo.ts';

/** The action's door, for main and post alike: the only reader of its inputs, its environment and its state. */
process.umask(0o077);
collectGarbageEarly();
const environment = { ...process.env };
const token = core.getInput('github-token') || environment['GITHUB_TOKEN'];
const github = githubPlatform(token === undefined ? environment : { ...environment, GITHUB_TOKEN: token });
/** Milliseconds for which post tries again: nobody waits for it as for a step that is cancelled. */
const patience = 10_000;
process.once('uncaughtException', error => void fail(error));
process.once('unhandledRejection', error => void fail(error));

try {
  const journal = core.getState('journal');
  await end(journal === '' ? await main(github) : await post(github, journal));
} catch (error) {
  await fail(error);
}

async function main(platform: Platform): Promise<number> {
  const journal = join(platform.temporary, `pg-roundtrip-${randomUUID()}.journal`);
  core.saveState('journal', journal);
  const { signal } = cancellation();
  const workspace = workspaceOf(platform);
  const reportFolder = reportFolderOf(platform, workspace);
  const passwords = new Map<string, Secret>();
  const report = await run(() => readConfig(platform, workspace), {
    platform: { ...platform, workspace },
    clients: githubClientStore(environment, platform),
    folder: platform.temporary,
    environment,
    signal,
    journal,
    temporaryUntil: 'end of job',
    servers: serverProvider([dirname(import.meta.dirname)]),
    onPassword: (connection, password) => passwords.set(connection, password),
  });
  return (await reportEverywhere(report, reportFolder, platform, passwords)).exitCode;
}

/** Takes back what main has left: databases that were to live for the job only, and whatever a killed run could not remove. */
async function post(platform: Platform, journal: string): Promise<number> {
  const leftovers = readLeftovers(journal);
  const needed = withoutDoomed(leftovers).some(({ kind }) => kind === 'database' || kind === 'role');
  const open = needed ? await openerForPost(platform) : () => Promise.reject(new Error('no database was left'));
  for (const remaining of await takeBack(leftovers, open, patience))
    platform.annotate('warning', 'pg-roundtrip', remaining);
  rmSync(journal, { force: true });
  return 0;
}

/** A later step may have changed the declared file: then folders can still be removed, and the databases be named. */
async function openerForPost(platform: Platform): Promise<OpenSession> {
  try {
    const workspace = workspaceOf(platform);
    const config = await readConfig(platform, workspace);
    const connections = resolveConnections(config, environment, workspace);
    const withPassword = passwordSource({ environment, workspace, mask: text => platform.mask(text) });
    const signal = AbortSignal.timeout(60_000);
    return sessionOpener(connections, 'pg-roundtrip post', signal, config.timeouts.lock, withPassword);
  } catch (error) {
    const { code, message, remedy } = asRoundtripError(error).problems[0];
    platform.annotate('warning', code, `the databases of this job cannot be dropped: ${message}\n→ ${remedy}`);
    return () => Promise.reject(error);
  }
}

function workspaceOf({ workspace }: Platform): string {
  const chosen = resolve(workspace, core.getInput('working-directory') || '.');
  if (isInside(workspace, chosen)) return chosen;
  throw fault('PGR130', `working-directory ${chosen} is outside of the workspace`, 'choose a folder of the repository');
}

function reportFolderOf({ temporary }: Platform, workspace: string): string {
  const given = core.getInput('report-path');
  if (given === '') return join(temporary, `pg-roundtrip-report-${randomUUID()}`);
  const chosen = resolve(workspace, given);
  if (isInside(workspace, chosen) || isInside(temporary, chosen)) return chosen;
  const remedy = 'choose a folder below the workspace or below the temporary folder of the job';
  throw fault('PGR130', `report-path ${chosen} is outside of the workspace`, remedy);
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function readConfig(platform: Platform, workspace: string): Promise<Config> {
  const inputs = Object.fromEntries(actionInputs.map(({ name }) => [name, core.getInput(name)]));
  return loadConfig(inputs, { environment, workspace, temporary: platform.temporary });
}

/** What no step could report: a defect, or an input that is wrong before there is a run. */
async function fail(error: unknown): Promise<never> {
  const roundtripError = asRoundtripError(error);
  for (const { code, message, remedy } of roundtripError.problems) {
    github.annotate('error', code, `${message}\n→ ${remedy}`);
  }
  return end(roundtripError.exitCode);
}

/** Ends the process itself: keep-alive connections of the artifact client would hold it for minutes. */
async function end(exitCode: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(exitCode);
}
