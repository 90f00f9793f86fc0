import { join } from 'node:path';
import type { Problem } from '../../../src/errors.ts';
import type { DeclaredConnection } from '../../../src/postgres/connection/declared.ts';
import { type ResolvedConnection, resolveConnection } from '../../../src/postgres/connection/resolve.ts';
import type { ConnectionParameters } from '../../../src/postgres/connection-parameters.ts';
import { Secret } from '../../../src/secret.ts';

export interface Machine {
  /** Texts by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly userName?: string;
}

export const home = '/home/runner';
export const workspace = '/srv/space';

/** Resolves on a machine that exists as data only. */
export function resolveOn(machine: Machine, declared: Partial<DeclaredConnection>): ResolvedConnection {
  const { files = {}, environment = {}, userName = 'runner' } = machine;
  return resolveConnection(
    'staging',
    { parts: {}, allowInsecure: false, ...declared },
    { readFile: path => files[join(path)], homeDirectory: home, environment, userName, workspace },
  );
}

export function parametersOn(machine: Machine, declared: Partial<DeclaredConnection>): ConnectionParameters {
  const resolved = resolveOn(machine, declared);
  if (resolved.kind === 'resolved') return resolved.parameters;
  throw new Error(resolved.problems.map(({ code, message }) => `${code} ${message}`).join('\n'));
}

export function problemsOn(machine: Machine, declared: Partial<DeclaredConnection>): readonly Problem[] {
  const resolved = resolveOn(machine, declared);
  return resolved.kind === 'refused' ? resolved.problems : [];
}

export function fromUrl(url: string): ConnectionParameters {
  return parametersOn({}, { url: new Secret(url) });
}

export function fromConninfo(conninfo: string): ConnectionParameters {
  return parametersOn({}, { conninfo: new Secret(conninfo) });
}

/** The parts that an address decides, short enough for a table. */
export function addressOf(parameters: ConnectionParameters): Readonly<Record<string, unknown>> {
  const { hosts, user, password, database } = parameters;
  return { hosts: hosts.map(({ host, port }) => `${host} ${port}`), user, password: password?.reveal(), database };
}
