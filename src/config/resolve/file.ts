import type { ClientChoice, Config } from '../config.ts';
import type { FileDeclaration } from '../declaration/file.ts';
import type { Problems } from '../problems.ts';
import type { Environment } from '../source/variables.ts';
import { configureConnection } from './connections.ts';
import { resolveSteps } from './steps.ts';
import { configureStorages } from './storages.ts';

/** The config of a decoded file. It is only good when no problems have been found, here or before. */
export function resolveFile(file: FileDeclaration, environment: Environment, problems: Problems): Config {
  const timeouts = file.timeouts ?? { connect: 0, lock: 0, stall: 0, total: undefined };
  const connections = [...(file.connections ?? [])].flatMap(([name, connection]) =>
    connection === undefined
      ? []
      : [[name, configureConnection(name, connection, timeouts.connect, problems)] as const],
  );
  const known = file.connections && new Map([...file.connections].map(([name, found]) => [name, found?.value]));
  return {
    version: 1,
    connections: Object.fromEntries(connections),
    storages: configureStorages(file.storages, environment, problems),
    client: clientChoice(file.client),
    addClientToPath: file.client?.['add-to-path'] ?? false,
    mirrors: file.client?.mirrors ?? [],
    timeouts,
    retries: file.retries ?? 0,
    steps: resolveSteps(file.steps ?? [], {
      connections: known,
      storages: [...(file.storages?.keys() ?? [])],
      problems,
    }),
  };
}

function clientChoice(
  { version, path }: NonNullable<FileDeclaration['client']> = {
    version: 'auto',
    path: undefined,
    mirrors: undefined,
    'add-to-path': false,
  },
): ClientChoice {
  if (path !== undefined) return { kind: 'path', path };
  return typeof version === 'number' ? { kind: 'major', major: version } : { kind: 'auto' };
}
