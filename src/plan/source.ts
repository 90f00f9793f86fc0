import { type ChosenClient, chooseClient } from '../client/choose.ts';
import { belowFloor, refuseBelowFloor } from '../client/security-floor.ts';
import type { DumpedDatabase } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import { contentArguments } from '../postgres/arguments.ts';
import type { TableSizes } from '../postgres/table-sizes.ts';
import { connectionNamed, type PlanningContext, plannedDumpAt, serverNamed } from './context.ts';
import type { PlannedDump, PlannedDumpDatabase } from './planned-dump.ts';

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
  /** Undefined where they are not known. */
  readonly sizes: TableSizes | undefined;
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
    const databases = planned.databases.map(database => ({
      name: database.name,
      path: planned.singleFile ?? database.path,
      options: contentArguments(database.options),
      contents: database.contents?.path,
      sizes: surveyedSizes(context, planned, database),
    }));
    return { databases, clientMajor: planned.client.version.major, elsewhere: false };
  }
  const manifest = context.survey.dumpSets[folder];
  if (manifest === undefined)
    throw fault('PGR171', `${folder} is no dump set`, 'name the folder that a dump step has made');
  const elsewhere = manifest.elsewhere !== undefined;
  const databases = manifest.databases.map(database => ({
    ...database,
    contents: database.plain?.contents,
    sizes: elsewhere ? undefined : sizesOf(database),
  }));
  return { databases, clientMajor: manifest.client.major, elsewhere };
}

/** The survey knows the connection's own database, as a whole. */
function surveyedSizes(
  context: PlanningContext,
  { connection }: PlannedDump,
  { name, whole }: PlannedDumpDatabase,
): TableSizes | undefined {
  const isOwn = name === connectionNamed(context, connection).database;
  return isOwn && whole === undefined ? serverNamed(context, connection).sizes : undefined;
}

/** Large objects are told by the size of the archive alone. */
function sizesOf({ tables, bytes }: DumpedDatabase): TableSizes {
  const inTables = tables.reduce((sum, table) => sum + table.bytes, 0);
  return { tables: tables.length, bytes: Math.max(inTables, bytes) };
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
