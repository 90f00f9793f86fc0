import type { Repository } from './platform.ts';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the runner's variables and the event's payload tell of the repository. Anything that says public wins, as the
 * answer decides whether an unencrypted dump may be published; a payload that says nothing leaves it unknown.
 * Payload fields: docs.github.com, "Webhook events and payloads", `repository`.
 */
export function repositoryOf(environment: Environment, eventText: string | undefined): Repository | undefined {
  const name = environment['GITHUB_REPOSITORY'];
  if (name === undefined || name === '') return undefined;
  return {
    name,
    visibility: visibilityOf(parsed(eventText)),
    maximumRetentionDays: positiveInteger(environment['GITHUB_RETENTION_DAYS']),
  };
}

function visibilityOf(event: unknown): Repository['visibility'] {
  const repository = fieldOf(event, 'repository');
  const visibility = fieldOf(repository, 'visibility');
  const isPrivate = fieldOf(repository, 'private');
  if (visibility === 'public' || isPrivate === false) return 'public';
  return isPrivate === true || visibility === 'private' || visibility === 'internal' ? 'private' : 'unknown';
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function positiveInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/**
 * Where an artifact is found, relative to the server: a secret such as a user's name could mask a part of the
 * absolute address. Undefined where the run is not known.
 */
export function artifactUrl(environment: Environment, id: string): string | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment;
  return repository && run ? `/${repository}/actions/runs/${run}/artifacts/${id}` : undefined;
}
