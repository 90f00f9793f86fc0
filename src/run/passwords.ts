import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { runPasswordCommand } from '../postgres/password-command.ts';
import { Secret } from '../secret.ts';

/** Gives parameters with a password that holds now, for one session or tool that is about to start. */
export type WithPassword = (parameters: ConnectionParameters, signal: AbortSignal) => Promise<ConnectionParameters>;

export interface PasswordSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** Called with each password before it is used. */
  readonly mask: (text: string) => void;
  /** Milliseconds from some fixed moment, never going back. */
  readonly now?: () => number;
}

/** Milliseconds. Tokens of clouds last 15 minutes; asking for each of many sessions would take its time. */
const freshFor = 60_000;

/** Runs the `password-command` of connections that have one, unless it was run within the last minute. */
export function passwordSource({
  environment,
  workspace,
  mask,
  now = () => performance.now(),
}: PasswordSurroundings): WithPassword {
  const known = new Map<string, { readonly until: number; readonly password: Promise<string> }>();
  return async (parameters, signal) => {
    const command = parameters.passwordCommand;
    if (command === undefined) return parameters;
    const key = JSON.stringify(command);
    let entry = known.get(key);
    if (entry === undefined || now() > entry.until) {
      const seconds = parameters.connectTimeout;
      const password = runPasswordCommand({ command, environment, folder: workspace, seconds, signal, mask });
      entry = { until: now() + freshFor, password };
      known.set(key, entry);
      password.catch(() => known.delete(key));
    }
    return { ...parameters, password: new Secret(await entry.password) };
  };
}
