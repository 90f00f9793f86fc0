import { type ChosenClient, chooseClient } from '../client/choose.ts';
import { belowFloor, refuseBelowFloor } from '../client/security-floor.ts';
import { fault } from '../errors.ts';
import { contentArguments } from '../postgres/arguments.ts';
import { type PlanningContext, plannedDumpAt, serverNamed } from './context.ts';

/** The databases of a dump set: of one that this run makes, or of one that exists. */
export interface Source {
  readonly databases: readonly SourceDatabase[];
  readonly clientMajor: number;
  /** Whether this tool has not made it. */
  readonly elsewhere: boolean;
}

export interface SourceDatabase {
  readonly name: string;
  readonly path: string;
  /** Arguments of pg_dump that decided what the archive holds. */
  readonly options: readonly string[];
  /** The table of contents of a plain dump; undefined where `path` is an archive. */
  readonly contents: string | undefined;
}

/** A pg_restore older than the archive cannot read it; one newer than the server sends settings it refuses. */
export function clientFor(context: PlanningContext, connection: string, source: Source): ChosenClient {
  const major = Math.max(serverNamed(context, connection).version.major, source.clientMajor);
  return chooseClient(context.survey.clients, context.config.client, major);
}

/** A client that may execute the text of a dump, even where another one of its major is nearer. Throws PGR154 where there is none. */
export function clientForText(context: PlanningContext, connection: string, source: Source): ChosenClient {
  const { survey, config } = context;
  const nearest = clientFor(context, connection, source);
  const safe = survey.clients.filter(({ version }) => belowFloor(version) === undefined);
  const usable = safe.some(({ version: { major } }) =>
    config.client.kind === 'major' ? major === config.client.major : major >= nearest.version.major,
  );
  if (!usable) refuseBelowFloor(nearest);
  return usable ? clientFor({ ...context, survey: { ...survey, clients: safe } }, connection, source) : nearest;
}

export function sourceAt(context: PlanningContext, folder: string): Source {
  const planned = plannedDumpAt(context, folder);
  if (planned !== undefined) {
    const databases = planned.databases.map(({ name, path, options, contents }) => ({
      name,
      path: planned.singleFile ?? path,
      options: contentArguments(options),
      contents: contents?.path,
    }));
    return { databases, clientMajor: planned.client.version.major, elsewhere: false };
  }
  const manifest = context.survey.dumpSets[folder];
  if (manifest === undefined)
    throw fault('PGR171', `${folder} is no dump set`, 'name the folder that a dump step has made');
  const databases = manifest.databases.map(({ plain, ...database }) => ({ ...database, contents: plain?.contents }));
  return { databases, clientMajor: manifest.client.major, elsewhere: manifest.elsewhere !== undefined };
}

export function selectDatabases(
  source: Source,
  step: { readonly databases: readonly string[]; readonly as: Readonly<Record<string, string>> },
): readonly (SourceDatabase & { readonly target: string })[] {
  const known = source.databases.map(database => database.name);
  for (const name of [...step.databases, ...Object.keys(step.as)]) {
    if (known.includes(name)) continue;
    throw fault('PGR180', `the dump set has no database "${name}"`, `it holds: ${known.join(', ')}`);
  }
  const targets = source.databases
    .filter(database => step.databases.length === 0 || step.databases.includes(database.name))
    .map(database => ({ ...database, target: step.as[database.name] ?? database.name }));
  const twice = targets.find((one, index) => targets.findIndex(other => other.target === one.target) !== index);
  if (twice !== undefined)
    throw fault(
      'PGR150',
      `two databases would be restored as "${twice.target}"`,
      'give each a name of its own under `as`',
    );
  return targets;
}
