import { readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import { fault, type Problem, throwProblems } from '../errors.ts';
import { makePlan } from '../plan/make-plan.ts';
import { withPinnedOptions } from '../plan/pinned.ts';
import type { Plan } from '../plan/plan.ts';
import type { ConnectionSurroundings } from '../postgres/connection/declared.ts';
import { resolveConnection } from '../postgres/connection/resolve.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { openSession } from '../postgres/session.ts';
import type { Profile } from '../steps/profile.ts';
import type { OpenSession } from '../steps/runtime.ts';
import type { Survey } from '../survey/survey.ts';
import { takeSurvey } from '../survey/take-survey.ts';
import type { ServerOffer } from '../throwaway/offers.ts';
import { type ChosenServer, chooseServers } from './choose-servers.ts';
import type { WithPassword } from './passwords.ts';
import { type startServers, throwawayParameters } from './throwaway-connections.ts';

export interface Prepared {
  readonly plan: Plan;
  readonly connections: Readonly<Record<string, ConnectionParameters>>;
}

/** A plan, and how to look at the servers that it is about. */
export interface Planned {
  readonly plan: Plan;
  readonly survey: Survey;
  readonly openSession: OpenSession;
  /** Opens sessions with the options that the client tools are given. */
  readonly openAsTools: OpenSession;
  readonly signal: AbortSignal;
}

export interface Preparation {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** Where fetched clients lie, or will lie. */
  readonly clientFolder: string;
  readonly applicationName: string;
  readonly withPassword: WithPassword;
  readonly signal: AbortSignal;
  /** Told how long each part takes, where anybody asks. */
  readonly profile?: Profile;
  /** Server programs that can be had for throwaway connections. */
  readonly offers: () => Promise<readonly ServerOffer[]>;
  /** Looks at what stands in the way of the plan, and throws it, before anything is started. */
  readonly look?: (planned: Planned) => Promise<void>;
  /** Starts the throwaway servers. Without it nothing is started, and the plan shows what it cannot know as placeholders. */
  readonly start?: (chosen: readonly ChosenServer[]) => ReturnType<typeof startServers>;
}

/** Every declared connection with nothing left open, but for the port of a throwaway server that is still to be started. Throws all problems of all connections at once. */
export function resolveConnections(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
  workspace: string,
): Readonly<Record<string, ConnectionParameters>> {
  const surroundings: ConnectionSurroundings = {
    readFile: readText,
    isPrivate,
    homeDirectory: homedir(),
    environment,
    userName: userName(),
    workspace,
  };
  const problems: Problem[] = [];
  const resolved = Object.entries(config.connections).flatMap(([name, declared]) => {
    if (declared.throwaway !== undefined) return [[name, throwawayParameters(declared)] as const];
    const result = resolveConnection(name, declared, surroundings);
    if (result.kind === 'resolved') return [[name, result.parameters] as const];
    problems.push(...result.problems);
    return [];
  });
  throwProblems(problems);
  return Object.fromEntries(resolved);
}

/**
 * From a declared file to a plan: looks at servers, clients and dump sets, and changes nothing. Throwaway servers are
 * started last, when nothing else can stand in the way of the plan.
 */
export async function prepare(preparation: Preparation): Promise<Prepared> {
  const { config, environment, workspace, clientFolder, offers, start, withPassword, look, profile } = preparation;
  const declared = resolveConnections(config, environment, workspace);
  const opener = (connections: Prepared['connections'], signal: AbortSignal) =>
    sessionOpener(connections, preparation.applicationName, signal, config.timeouts.lock, withPassword);
  const { chosen, survey } = await timed(preparation, 'connecting and survey', async signal => {
    const openSession = opener(declared, signal);
    const servers = await chooseServers(config, { workspace, openSession, offers });
    const newServers = Object.fromEntries(servers.map(({ planned }) => [planned.connection, planned.version]));
    const found = await takeSurvey(config, { workspace, openSession, environment, clientFolder, newServers });
    return { chosen: servers, survey: found };
  });
  const servers = chosen.map(({ planned }) => planned);
  const planFor = (connections: Prepared['connections']) =>
    makePlan({ config, survey, connections, workspace, servers });
  const plan = planFor(declared);
  if (look !== undefined)
    await timed(preparation, 'checks before the run', signal =>
      look({
        plan,
        survey,
        openSession: opener(declared, signal),
        openAsTools: opener(asTools(declared), signal),
        signal,
      }),
    );
  if (start === undefined || chosen.length === 0) return { plan, connections: declared };
  const begin = () => start(chosen);
  const part = { kind: 'preparation', name: 'throwaway servers' } as const;
  const connections = { ...declared, ...(await (profile?.timed(part, begin) ?? begin())) };
  return { plan: planFor(connections), connections };
}

function asTools(connections: Prepared['connections']): Prepared['connections'] {
  return Object.fromEntries(
    Object.entries(connections).map(([name, parameters]) => [name, withPinnedOptions(parameters)]),
  );
}

function timed<Result>(
  preparation: Preparation,
  name: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const bounded = () => withinStall(preparation, work);
  return preparation.profile?.timed({ kind: 'preparation', name }, bounded) ?? bounded();
}

/** Ends work that asks servers when none of them answers. */
async function withinStall<Result>(
  { config, signal }: Preparation,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(slowServer(config.timeouts.stall)), config.timeouts.stall * 1000);
  const either = AbortSignal.any([signal, stalled.signal]);
  try {
    return await work(either);
  } catch (error) {
    throw either.aborted ? either.reason : error;
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
  withPassword: WithPassword,
): OpenSession {
  return async (name, { database, signal, as } = {}) => {
    const declared = connections[name];
    if (declared === undefined) throw fault('PGR900', `connection "${name}" was not resolved`, 'please report it');
    const parameters = as === undefined ? declared : { ...declared, ...as, passwordCommand: undefined };
    return openSession(await withPassword(parameters, runSignal), {
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

/** libpq asks the same of a password file (fe-connect.c, passwordFromFile); Windows has no such modes. */
function isPrivate(path: string): boolean {
  return process.platform === 'win32' || (statSync(path).mode & 0o077) === 0;
}

/** A container may run as a user without a name; then the role has to be given. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
