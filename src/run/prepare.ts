import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import { fault, type Problem, throwProblems } from '../errors.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { ConnectionSurroundings } from '../postgres/connection/declared.ts';
import { resolveConnection } from '../postgres/connection/resolve.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { openSession } from '../postgres/session.ts';
import type { OpenSession } from '../steps/runtime.ts';
import { takeSurvey } from '../survey/take-survey.ts';

export interface Prepared {
  readonly plan: Plan;
  readonly connections: Readonly<Record<string, ConnectionParameters>>;
}

export interface Preparation {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** Where fetched clients lie, or will lie. */
  readonly clientFolder: string;
  readonly applicationName: string;
  readonly signal: AbortSignal;
}

/** Every declared connection with nothing left open. Throws all problems of all connections at once. */
export function resolveConnections(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
  workspace: string,
): Readonly<Record<string, ConnectionParameters>> {
  const surroundings: ConnectionSurroundings = {
    readFile: readText,
    homeDirectory: homedir(),
    environment,
    userName: userName(),
    workspace,
  };
  const problems: Problem[] = [];
  const resolved = Object.entries(config.connections).flatMap(([name, declared]) => {
    const result = resolveConnection(name, declared, surroundings);
    if (result.kind === 'resolved') return [[name, result.parameters] as const];
    problems.push(...result.problems);
    return [];
  });
  throwProblems(problems);
  return Object.fromEntries(resolved);
}

/** From a declared file to a plan: looks at servers, clients and dump sets, and changes nothing. */
export async function prepare(preparation: Preparation): Promise<Prepared> {
  const { config, environment, workspace, applicationName } = preparation;
  const connections = resolveConnections(config, environment, workspace);
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(slowServer(config.timeouts.stall)), config.timeouts.stall * 1000);
  const signal = AbortSignal.any([preparation.signal, stalled.signal]);
  try {
    const openSession = sessionOpener(connections, applicationName, signal, config.timeouts.lock);
    const survey = await takeSurvey(config, {
      workspace,
      openSession,
      environment,
      clientFolder: preparation.clientFolder,
    });
    return { plan: makePlan({ config, survey, connections, workspace }), connections };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Opens sessions by the names of connections. Without a signal of its own, a session ends with the run. */
export function sessionOpener(
  connections: Readonly<Record<string, ConnectionParameters>>,
  applicationName: string,
  runSignal: AbortSignal,
  lockSeconds: number,
): OpenSession {
  return async (name, { database, signal } = {}) => {
    const parameters = connections[name];
    if (parameters === undefined) throw fault('PGR900', `connection "${name}" was not resolved`, 'please report it');
    return openSession(parameters, {
      applicationName,
      signal: signal ?? runSignal,
      lockTimeout: lockSeconds * 1000,
      ...(database === undefined ? {} : { database }),
    });
  };
}

function slowServer(seconds: number): Error {
  return fault('PGR500', `a server gave no answer for ${seconds} s`, 'look at the server, and at the network between');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A container may run as a user without a name; then the role has to be given. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
