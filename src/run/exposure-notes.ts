import type { PlannedStep } from '../plan/plan.ts';
import { isInsecure } from '../postgres/connection/exposure.ts';
import type { ConnectionParameters } from '../postgres/connection-parameters.ts';
import { hostName } from '../postgres/session-errors.ts';

/** What the report says of a step's connections that `allow-insecure` lets go through the internet without encryption. */
export function exposureNotes(
  step: PlannedStep,
  connections: Readonly<Record<string, ConnectionParameters>>,
): readonly string[] {
  return connectionsOf(step).flatMap(name => {
    const parameters = connections[name];
    if (parameters === undefined || !isInsecure(parameters)) return [];
    const hosts = parameters.hosts.map(hostName).join(', ');
    return [
      `INSECURE: nothing makes sure that the connection "${name}" to ${hosts} is encrypted (sslmode=${parameters.tls.mode}, permitted by allow-insecure): whoever is on the way may read and change what was transferred`,
    ];
  });
}

function connectionsOf(step: PlannedStep): readonly string[] {
  switch (step.kind) {
    case 'dump':
    case 'restore':
    case 'clone':
    case 'sql':
      return [step.connection];
    case 'verify':
      return step.source === undefined ? [step.connection] : [step.connection, step.source];
    case 'compare':
      return [step.sourceConnection, step.connection];
    case 'fetch':
    case 'publish':
    case 'prune':
      return [];
  }
}
