import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { localeOfCopy } from '../postgres/database-locale.ts';
import { besideOrdinarySchema } from '../rename/former-public.ts';
import { renameEntries } from '../rename/rename-entry.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import { entryName } from '../selection/entry-name.ts';
import type { RestoredEntries } from '../selection/restored-entries.ts';
import { compareObjects } from '../verify/compare-objects.ts';
import type { CompareOptions } from '../verify/compared-entries.ts';
import type { ComparedTable } from '../verify/content/compare-table.ts';
import { type DatabaseFacts, databaseChecks, unsettled } from '../verify/database-checks.ts';
import { inventoryOf } from '../verify/inventory.ts';
import { oldNamesCheck } from '../verify/old-names-check.ts';
import { readTargetFacts, type TargetFacts } from '../verify/target-facts.ts';
import { countsOf, proveByHash } from './prove-by-hash.ts';
import type { Runtime } from './runtime.ts';
import { printedBeside, readDefinitions, readScratch } from './scratch.ts';
import { sideBySide, withAll } from './side-by-side.ts';

/** What the dump says that the copy has to be. */
export interface DumpedSide {
  readonly database: DumpedDatabase;
  readonly archive: Archive;
  readonly restored: RestoredEntries;
  /** By the names that it has in the copy. */
  readonly renamed: DumpedDatabase;
  readonly renames: readonly SchemaRename[];
  readonly options: CompareOptions;
}

interface ReadCopy {
  readonly facts: TargetFacts;
  /** Tables whose rows are proven by their hashes. */
  readonly proven: readonly ComparedTable[];
}

/** All but the content of tables that hashes do not prove. What is read of the copy is needed for nothing else, and is no longer in memory afterwards. */
export async function compareWithCopy(
  plan: PlannedVerify,
  planned: PlannedComparison,
  manifest: Manifest,
  { database, archive, restored, renamed, renames, options: asRestored }: DumpedSide,
  runtime: Runtime,
) {
  const { target } = planned;
  const proof = (name: string) => ({ kind: 'proof', database: target, name }) as const;
  const { profile } = runtime;
  const [definitions, { facts, proven }] = await sideBySide<[Archive, ReadCopy]>(runtime.signal, [
    signal =>
      profile.timed(proof('definitions'), () => readDefinitions(runtime, plan.connection, planned.command, signal)),
    signal =>
      withAll(
        plan.sessions,
        () => runtime.openSession(plan.connection, { database: target, signal }),
        async ([first, ...others]) => {
          if (first === undefined) throw fault('PGR900', 'no session to count with', 'please report it');
          const sessions = [first, ...others] as const;
          const hashed = {
            database: renamed,
            entries: restored.kept,
            target,
            restored: asRestored.sections.includes('data'),
            renamed: renames.length > 0,
          };
          // First, as it takes longest; the definitions are read beside it, and who has hashed rows has counted them.
          const proven = await proveByHash(plan, hashed, runtime, sessions);
          const ids = asRestored.besideOthers === true ? largeObjectIds(restored.kept) : undefined;
          const counted = { ...renamed, largeObjectIds: ids, known: countsOf(proven) };
          const name = plan.level === 'objects' ? 'properties' : 'counts';
          const facts = await profile.timed(proof(name), () => readTargetFacts(sessions, plan.level, counted));
          return { facts, proven };
        },
      ),
  ]);
  const options = { ...asRestored, copyMajor: facts.major };
  const majors = { source: manifest.server.major, archive: manifest.client.major, client: plan.client.version.major };
  const expected = renameEntries(restored.kept, renames, facts.major);
  const found = besideOrdinarySchema(definitions.entries, expected, renames);
  const comparison = compareObjects(expected, found, options);
  const open = unsettled(comparison, majors);
  const scratch =
    open.length > 0
      ? await profile.timed(proof('scratch database'), () =>
          printedBeside(plan.mayMakeScratch, () =>
            readScratch(runtime, plan.connection, planned, database, archive.entries, renames),
          ),
        )
      : undefined;
  const given: DatabaseFacts = {
    level: plan.level,
    majors,
    database: renamed,
    source: expected,
    target: { kind: 'read', value: found },
    comparison,
    scratch,
    options,
    locale: localeOfCopy(database, planned.restored.locale),
    facts,
    chosen: {
      leftOut: restored.leftOut.map(entryName),
      present: restored.present.map(entryName),
      extensions: planned.restored.selection.extensions === 'present' ? extensionsIn(archive.entries) : [],
    },
  };
  const oldNames = renames.length === 0 ? [] : [oldNamesCheck(expected, found, renames, planned.rename?.allowOldNames)];
  return { checks: { found: databaseChecks(given), oldNames }, inventory: inventoryOf(given), expected, proven };
}

function extensionsIn(entries: Archive['entries']): readonly string[] {
  return entries.filter(({ description }) => description === 'EXTENSION').map(({ tag }) => tag);
}
