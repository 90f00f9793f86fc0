import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import { type Problem, throwProblems } from '../errors.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { ConnectionSurroundings } from '../postgres/connection/declared.ts';
import { resolveConnection } from '../postgres/connection/resolve.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { openSession } from '../postgres/session.ts';
import { takeSurvey } from '../survey/take-survey.ts';

export interface Prepared {
  readonly plan: Plan;
  readonly connections: Readonly<Record<string, ConnectionParameters>>;
}

export interface Preparation {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
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
  const { config, environment, workspace, applicationName, signal } = preparation;
  const connections = resolveConnections(config, environment, workspace);
  const survey = await takeSurvey(config, {
    workspace,
    openSession: name => {
      const parameters = connections[name];
      if (parameters === undefined) throw new Error(`connection ${name} was not resolved`);
      return openSession(parameters, { applicationName, signal });
    },
  });
  return { plan: makePlan({ config, survey, connections, workspace }), connections };
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
