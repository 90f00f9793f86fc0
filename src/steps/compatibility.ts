import type { Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedRestore } from '../plan/plan.ts';
import type { PlannedDump } from '../plan/planned-dump.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import {
  type Blocker,
  type Compatibility,
  findBlockers,
  type TargetKnowledge,
} from '../postgres/compatibility/find-blockers.ts';
import { readLocale } from '../postgres/database-locale.ts';
import type { Session } from '../postgres/session.ts';
import { selectEntries } from '../selection/select-entries.ts';
import { type TakenEntries, takenEntries } from '../selection/taken-entries.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import { refuseLocale } from './refuse-locale.ts';
import { existingRoles } from './roles.ts';
import type { Runtime } from './runtime.ts';
import { readDefinitions } from './scratch.ts';
import { databaseExists } from './target.ts';

/** Asks the server that is to hold a copy what it has. */
export async function readTargetKnowledge(session: Session): Promise<TargetKnowledge> {
  const settings = await session.query<{ name: string }>('select pg_catalog.lower(name) as name from pg_settings');
  const extensions = await session.query<{ name: string }>('select name::text as name from pg_available_extensions');
  return {
    major: session.serverVersion.major,
    settings: new Set(settings.map(({ name }) => name)),
    extensions: new Set(extensions.map(({ name }) => name)),
    roles: await existingRoles(session),
  };
}

/**
 * Before anything is dumped: throws PGR165, with all of it, if a later restore is to bring something to a server of another
 * major that is known not to hold it, and PGR166 for a locale that it does not know. Returns what is lost without an error.
 */
export async function foreseeRestores(
  { connection, foresight }: PlannedDump,
  sourceMajor: number,
  runtime: Runtime,
): Promise<readonly string[]> {
  if (foresight === undefined) return [];
  const definitions = new Map<string, readonly TocEntry[]>();
  for (const { database, command } of foresight.definitions)
    definitions.set(database, (await readDefinitions(runtime, connection, command)).entries);
  const notes: string[] = [];
  for (const { connection: into, databases, locale, taken } of foresight.restores) {
    await using session = await runtime.openSession(into);
    for (const { source, target, overwrite } of databases) {
      if (!overwrite && (await databaseExists(session, target))) continue;
      await using dumped = await runtime.openSession(connection, { database: source });
      await refuseLocale(session, await readLocale(dumped), locale, { database: source, connection: into });
    }
    if (taken === undefined) continue;
    const selected = databases.map(({ source }) => selectEntries(definitions.get(source) ?? [], taken.selection).kept);
    notes.push(...refuseBlockers(selected, taken, sourceMajor, await readTargetKnowledge(session), into));
  }
  return [...new Set(notes)];
}

/** The same for archives that are there, before anything is made on the target. */
export async function refuseIncompatible(
  plan: PlannedRestore,
  prepared: readonly PreparedDatabase[],
  manifest: Manifest,
  control: Session,
): Promise<readonly string[]> {
  const { owners, privileges } = plan.options;
  const taken = { owners, privileges, sections: plan.sections, settings: plan.settings };
  const target = await readTargetKnowledge(control);
  const kept = prepared.map(({ selected }) => selected.kept);
  return refuseBlockers(kept, taken, manifest.server.major, target, plan.connection);
}

function refuseBlockers(
  selected: readonly (readonly TocEntry[])[],
  taken: TakenEntries,
  sourceMajor: number,
  target: TargetKnowledge,
  connection: string,
): readonly string[] {
  const found = selected.map(
    (entries): Compatibility => findBlockers(takenEntries(entries, taken), sourceMajor, target),
  );
  const blockers = found.flatMap(one => one.blockers);
  if (blockers.length > 0) throw incompatible(blockers, target.major, connection);
  return found.flatMap(one => one.notes);
}

function incompatible(blockers: readonly Blocker[], major: number, connection: string): Error {
  const objects = new Map<string, string[]>();
  for (const { what, object } of blockers) objects.set(what, [...(objects.get(what) ?? []), object]);
  const list = [...objects].map(([what, named]) => `${[...new Set(named)].join(', ')} (${what})`).join('; ');
  const remedies = [...new Set(blockers.flatMap(({ remedy }) => remedy ?? []))];
  const needed = Math.max(...blockers.map(({ since }) => since ?? 0));
  const newer = needed > major ? [`restore into a server of ${needed} or newer`] : [];
  return fault(
    'PGR165',
    `${connection}, a server of ${major}, cannot hold: ${list}`,
    [...newer, ...remedies, 'or leave these objects out of the dump or the restore by `exclude`'].join('; '),
  );
}
