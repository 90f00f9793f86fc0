import { checkOrigin, readOrigin } from '../dumpset/elsewhere.ts';
import type { DumpedDatabase, Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import { largeObjectIds } from '../postgres/archive/large-objects.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { localeOfCopy } from '../postgres/database-locale.ts';
import { besideOrdinarySchema } from '../rename/former-public.ts';
import { renameDumped, renameEntries } from '../rename/rename-entry.ts';
import { namesFor, type SchemaRename } from '../rename/schema-rename.ts';
import type { RestoreResult, VerifyResult } from '../report/model.ts';
import { entryName } from '../selection/entry-name.ts';
import { expectedContents } from '../selection/expected-contents.ts';
import { type RestoredEntries, restoredEntries } from '../selection/restored-entries.ts';
import { compareObjects } from '../verify/compare-objects.ts';
import type { CompareOptions } from '../verify/compared-entries.ts';
import { checkCoverage, coverageNotes } from '../verify/coverage.ts';
import { type DatabaseFacts, databaseChecks, unsettled } from '../verify/database-checks.ts';
import type { Check, DatabaseVerification } from '../verify/finding.ts';
import { idleNotes, ignoreFindings } from '../verify/ignore.ts';
import { inventoryOf } from '../verify/inventory.ts';
import { oldNamesCheck } from '../verify/old-names-check.ts';
import type { RelationName } from '../verify/reading.ts';
import { readTargetFacts, type TargetFacts } from '../verify/target-facts.ts';
import { readDumpedArchive } from './dumped-archive.ts';
import { otherSessions } from './other-sessions.ts';
import type { StepOutcome } from './outcome.ts';
import { refuseOtherContents } from './refuse-other-contents.ts';
import { spellNames } from './rename-schemas.ts';
import type { Runtime } from './runtime.ts';
import { printedBeside, readDefinitions, readScratch } from './scratch.ts';
import { sideBySide, withAll } from './side-by-side.ts';
import { verifyContent } from './verify-content.ts';
import { compareElsewhere } from './verify-elsewhere.ts';
import { verifyRoles } from './verify-roles.ts';
import { verifyUse } from './verify-use.ts';

/** Sessions that count the copy's rows, beside the dump of its definitions. */
const countingSessions = 2;

/**
 * Compares copies with the dump set that they come from. `restores` are those of the same run,
 * for what they have made.
 */
export async function performVerify(
  plan: PlannedVerify,
  runtime: Runtime,
  restores: readonly RestoreResult[],
): Promise<StepOutcome<VerifyResult>> {
  const ours = restores.filter(result => result.from === plan.folder && result.into === plan.connection);
  const known = await readOrigin(plan.folder);
  // The rows of an archive are worth no more than its hashes, which a restore of this run has checked already; those of one
  // from elsewhere are counted by decoding it.
  const manifest =
    known.elsewhere !== undefined || (plan.level === 'content' && ours.length === 0)
      ? await runtime.profile.timed({ kind: 'proof', name: 'check of the dump set' }, () =>
          checkOrigin(plan.folder, { onProgress: runtime.touch, signal: runtime.signal }),
        )
      : known;
  if (manifest.elsewhere === undefined) return compareCopies(plan, manifest, ours, runtime);
  return compareElsewhere(plan, manifest.elsewhere, runtime, (asked, inside) =>
    compareCopies(asked, manifest, ours, inside),
  );
}

async function compareCopies(
  plan: PlannedVerify,
  manifest: Manifest,
  ours: readonly RestoreResult[],
  runtime: Runtime,
): Promise<StepOutcome<VerifyResult>> {
  const databases: DatabaseVerification[] = [];
  for (const comparison of plan.databases) {
    databases.push(await verifyDatabase(plan, comparison, manifest, restoredByUs(comparison, ours), runtime));
  }
  const compared = new Set(plan.databases.map(({ source }) => source));
  const left = manifest.databases.filter(({ name }) => compared.has(name)).flatMap(coverageNotes);
  const roles = await verifyRoles(plan, manifest, ours, runtime);
  const { found, notes } = withoutIgnored(withFirst(databases, roles), plan.ignore);
  return {
    result: { kind: 'verify', level: plan.level, databases: found },
    notes: [plan.client.reason, ...left, ...notes, ...(await otherSessions(plan, found, runtime))],
  };
}

/** Roles are those of all databases, and are told once. */
function withFirst(databases: readonly DatabaseVerification[], checks: readonly Check[]) {
  return databases.map((one, index) => (index === 0 ? { ...one, checks: [...one.checks, ...checks] } : one));
}

/** A rule may be about one database of several. */
function withoutIgnored(databases: readonly DatabaseVerification[], rules: PlannedVerify['ignore']) {
  const ignored = databases.map(database => ({ database, ...ignoreFindings(database.checks, rules) }));
  const used = new Set(ignored.flatMap(one => [...one.used]));
  return { found: ignored.map(({ database, checks }) => ({ ...database, checks })), notes: idleNotes(rules, used) };
}

type Restored = RestoreResult['databases'][number];

function restoredByUs({ source, target }: PlannedComparison, restores: readonly RestoreResult[]): Restored | undefined {
  return restores.flatMap(result => result.databases).findLast(one => one.source === source && one.target === target);
}

async function verifyDatabase(
  plan: PlannedVerify,
  comparison: PlannedComparison,
  manifest: Manifest,
  made: Restored | undefined,
  runtime: Runtime,
): Promise<DatabaseVerification> {
  const { source, target } = comparison;
  const database = manifest.databases.find(one => one.name === source);
  if (database === undefined)
    throw fault('PGR180', `the dump set has no database "${source}"`, 'check `databases` and `as`');
  const archive = await readDumpedArchive(plan.folder, database);
  if (archive.tocSha256 !== database.tocSha256) {
    throw fault(
      'PGR172',
      `the archive ${database.path} is not the one that the manifest describes`,
      'fetch the dump set again',
    );
  }
  refuseOtherContents(archive, database);
  const { selection, sections } = comparison.restored;
  const restored = restoredEntries(archive.entries, selection, made?.present && new Set(made.present));
  const renames = await renamesIn(comparison, restored.kept, plan.connection, runtime);
  const renamed = renameDumped({ ...database, ...expectedContents(database, restored.kept, sections) }, renames);
  const options = compareOptions(comparison, made?.created ? { source, target } : undefined);
  const dumped: DumpedSide = { database, archive, restored, renamed, renames, options };
  const { checks, inventory, expected } = await compareWithCopy(plan, comparison, manifest, dumped, runtime);
  const proof = (name: string) => ({ kind: 'proof', database: target, name }) as const;
  const { profile } = runtime;
  const comparing = () =>
    verifyContent(
      plan,
      {
        database: renamed,
        archive,
        entries: expected,
        target,
        restored: options.sections.includes('data'),
        besideOthers: options.besideOthers === true,
        renames,
      },
      runtime,
      runtime.signal,
    );
  const content = plan.level === 'content' ? await profile.timed(proof('content'), comparing) : [];
  const use = await profile.timed(proof('use'), () =>
    verifyUse(plan, comparison, { tables: renamed.tables, views: viewsIn(expected) }, runtime),
  );
  const coverage = plan.complete ? [checkCoverage(database.notCovered, restored.leftOut.map(entryName))] : [];
  return { source, target, checks: [...checks.found, ...content, ...checks.oldNames, ...coverage, ...use], inventory };
}

/** What the dump says that the copy has to be. */
interface DumpedSide {
  readonly database: DumpedDatabase;
  readonly archive: Archive;
  readonly restored: RestoredEntries;
  /** By the names that it has in the copy. */
  readonly renamed: DumpedDatabase;
  readonly renames: readonly SchemaRename[];
  readonly options: CompareOptions;
}

/** All but the content. What is read of the copy is needed for nothing else, and is no longer in memory afterwards. */
async function compareWithCopy(
  plan: PlannedVerify,
  planned: PlannedComparison,
  manifest: Manifest,
  { database, archive, restored, renamed, renames, options: asRestored }: DumpedSide,
  runtime: Runtime,
) {
  const { target } = planned;
  const proof = (name: string) => ({ kind: 'proof', database: target, name }) as const;
  const { profile } = runtime;
  const [definitions, facts] = await sideBySide<[Archive, TargetFacts]>(runtime.signal, [
    signal =>
      profile.timed(proof('definitions'), () => readDefinitions(runtime, plan.connection, planned.command, signal)),
    signal =>
      profile.timed(proof(plan.level === 'objects' ? 'properties' : 'counts'), () =>
        withAll(
          countingSessions,
          () => runtime.openSession(plan.connection, { database: target, signal }),
          ([first, ...others]) => {
            if (first === undefined) throw fault('PGR900', 'no session to count with', 'please report it');
            const ids = asRestored.besideOthers === true ? largeObjectIds(restored.kept) : undefined;
            return readTargetFacts([first, ...others], plan.level, { ...renamed, largeObjectIds: ids });
          },
        ),
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
  return { checks: { found: databaseChecks(given), oldNames }, inventory: inventoryOf(given), expected };
}

/** The schemas of this archive that have other names in the copy. */
async function renamesIn(
  { rename, target }: PlannedComparison,
  entries: Archive['entries'],
  connection: string,
  runtime: Runtime,
): Promise<readonly SchemaRename[]> {
  if (rename === undefined) return [];
  await using session = await runtime.openSession(connection, { database: target });
  return await spellNames(session, namesFor(entries, rename.schema));
}

function compareOptions({ restored }: PlannedComparison, databaseName: CompareOptions['databaseName']): CompareOptions {
  const { owners } = restored;
  return {
    owners: owners.kind === 'role' ? { role: owners.role } : 'keep',
    privileges: restored.privileges,
    accessMethods: restored.accessMethods,
    sections: restored.sections,
    tablespaces: restored.tablespaces,
    // A database that was made for it has nothing else.
    besideOthers: databaseName === undefined && (restored.mode === 'clean' || restored.mode === 'into-existing'),
    settings: restored.settings,
    otherLocale: restored.locale !== undefined,
    refreshed: restored.refresh,
    databaseName,
  };
}

function viewsIn(entries: Archive['entries']): readonly RelationName[] {
  return entries
    .filter(({ description }) => description === 'VIEW')
    .map(({ namespace, tag }) => ({ schema: namespace ?? '', name: tag }));
}

function extensionsIn(entries: Archive['entries']): readonly string[] {
  return entries.filter(({ description }) => description === 'EXTENSION').map(({ tag }) => tag);
}
