import { checkOrigin, readOrigin } from '../dumpset/elsewhere.ts';
import type { Manifest } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import type { Archive } from '../postgres/archive/model.ts';
import { renameDumped } from '../rename/rename-entry.ts';
import { namesFor, type SchemaRename } from '../rename/schema-rename.ts';
import type { RestoreResult, VerifyResult } from '../report/model.ts';
import { entryName } from '../selection/entry-name.ts';
import { expectedContents } from '../selection/expected-contents.ts';
import { restoredEntries } from '../selection/restored-entries.ts';
import type { CompareOptions } from '../verify/compared-entries.ts';
import { checkCoverage, coverageNotes } from '../verify/coverage.ts';
import type { Check, DatabaseVerification } from '../verify/finding.ts';
import { idleNotes, ignoreFindings } from '../verify/ignore.ts';
import type { RelationName } from '../verify/reading.ts';
import { compareWithCopy, type DumpedSide } from './compare-with-copy.ts';
import { readDumpedArchive } from './dumped-archive.ts';
import { otherSessions } from './other-sessions.ts';
import type { StepOutcome } from './outcome.ts';
import { refuseOtherContents } from './refuse-other-contents.ts';
import { spellNames } from './rename-schemas.ts';
import type { Runtime } from './runtime.ts';
import { verifyContent } from './verify-content.ts';
import { compareElsewhere } from './verify-elsewhere.ts';
import { verifyRoles } from './verify-roles.ts';
import { verifyUse } from './verify-use.ts';

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
          checkOrigin(plan.folder, { onProgress: runtime.touch, signal: runtime.signal, known: runtime.known }),
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
  const { checks, inventory, expected, proven } = await compareWithCopy(plan, comparison, manifest, dumped, runtime);
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
        proven,
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
