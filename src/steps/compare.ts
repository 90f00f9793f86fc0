import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CountedTable, DumpedSequence } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedCompare } from '../plan/plan.ts';
import { privateFile } from '../plan/plan-verify.ts';
import type { Archive, TocEntry } from '../postgres/archive/model.ts';
import { readLocale } from '../postgres/database-locale.ts';
import type { Command } from '../postgres/process.ts';
import type { Session } from '../postgres/session.ts';
import type { VerifyResult } from '../report/model.ts';
import { compareObjects } from '../verify/compare-objects.ts';
import type { CompareOptions } from '../verify/compared-entries.ts';
import { compareContent } from '../verify/content/compare-content.ts';
import { compareLargeObjects } from '../verify/content/compare-large-objects.ts';
import { type DatabaseFacts, databaseChecks, unsettled } from '../verify/database-checks.ts';
import type { Check } from '../verify/finding.ts';
import { inventoryOf } from '../verify/inventory.ts';
import { compareProperties } from '../verify/large-object-properties.ts';
import { comparePopulated } from '../verify/populated.ts';
import { readExtensions } from '../verify/queries.ts';
import { type RelationReading, relationKey } from '../verify/reading.ts';
import { readTargetFacts, type TargetFacts } from '../verify/target-facts.ts';
import { type LiveTable, liveLargeObjects, liveRows, liveTables } from './live-contents.ts';
import type { StepOutcome } from './outcome.ts';
import { runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { printedBeside, readDefinitions, withScratch } from './scratch.ts';
import { sideBySide, withAll } from './side-by-side.ts';
import { readWrittenArchive } from './written-archive.ts';

/** Sessions on each side: printing rows on one keeps a core busy. */
const sessionsEach = 2;

type Sessions = readonly [Session, ...Session[]];

/**
 * Compares two live databases. Each side is read in one snapshot of its own, so that what changes meanwhile changes
 * nothing; what had not arrived before is a difference.
 */
export async function performCompare(plan: PlannedCompare, runtime: Runtime): Promise<StepOutcome<VerifyResult>> {
  const checks = await withSnapshot(runtime, plan.sourceConnection, plan.source, from =>
    withSnapshot(runtime, plan.connection, plan.target, into => compareSides(plan, runtime, from, into)),
  );
  const { source, target, level } = plan;
  return { result: { kind: 'verify', level, databases: [{ source, target, ...checks }] }, notes: [plan.client.reason] };
}

/** Sessions that share one snapshot. */
function withSnapshot<Result>(
  runtime: Runtime,
  connection: string,
  database: string,
  body: (sessions: Sessions) => Promise<Result>,
): Promise<Result> {
  return withAll(
    sessionsEach,
    () => runtime.openSession(connection, { database }),
    async ([holder, ...others]) => {
      if (holder === undefined) throw new Error('no session was opened');
      await holder.query('begin isolation level repeatable read read only');
      const [row] = await holder.query<{ id: string }>('select pg_export_snapshot() as id');
      for (const other of others)
        await other.query(
          `begin isolation level repeatable read read only; set transaction snapshot '${row?.id ?? ''}'`,
        );
      for (const one of [holder, ...others]) await one.query('set local synchronize_seqscans = off');
      return body([holder, ...others]);
    },
  );
}

/** Throws PGR161 where both sides are the same database of the same server: a comparison that can't fail proves nothing. */
async function refuseItself(plan: PlannedCompare, from: Sessions, into: Sessions): Promise<void> {
  const [one, other] = await Promise.all([from, into].map(identity));
  if (one !== other) return;
  throw fault(
    'PGR161',
    `"${plan.target}" of ${plan.connection} is "${plan.source}" of ${plan.sourceConnection} itself`,
    'name two databases: one of the two connections leads to the wrong one',
  );
}

/** A standby has the identifier of its primary, and a start of its own. */
async function identity([session]: Sessions): Promise<string | undefined> {
  const [row] = await session.query<{ identity: string }>(
    `select format('%s %s %s', system_identifier, extract(epoch from pg_postmaster_start_time()),
       (select oid from pg_database where datname = current_database())) as identity from pg_control_system()`,
  );
  return row?.identity;
}

async function compareSides(plan: PlannedCompare, runtime: Runtime, from: Sessions, into: Sessions) {
  await refuseItself(plan, from, into);
  const file = join(runtime.privateFolder, `original-${randomUUID()}`);
  try {
    const original = await dumpDefinitions(runtime, plan, file);
    const tables = await liveTables(from[0]);
    const [copy, expected, facts] = await sideBySide<[Archive, TargetFacts, TargetFacts]>(runtime.signal, [
      signal => readDefinitions(runtime, plan.connection, plan.commands.target, signal),
      () => readTargetFacts(from, plan.level, { tables: uncounted(tables) }),
      () => readTargetFacts(into, plan.level, { tables: uncounted(tables) }),
    ]);
    const given = await gather(plan, from, { original, copy, expected, facts, tables });
    const comparison = compareObjects(given.source, copy.entries, given.options);
    const open = unsettled(comparison, given.majors);
    const scratch =
      open.length === 0
        ? undefined
        : await printedBeside(plan.mayMakeScratch, () => printedByCopy(plan, runtime, from, file));
    const whole = { ...given, comparison, scratch };
    const objects = databaseChecks(whole).map(check =>
      check.name === 'materialized views'
        ? comparePopulated(expected.unpopulatedMaterializedViews, facts.unpopulatedMaterializedViews)
        : check,
    );
    const properties = compareLiveProperties(expected, facts);
    const content = plan.level === 'content' ? await compareContents(plan, runtime, from, into, tables) : [];
    return { checks: [...objects, ...properties, ...content], inventory: inventoryOf(whole) };
  } finally {
    await rm(file, { force: true });
  }
}

/** The definitions that pg_dump reads of a live database have nothing of large objects. */
function compareLiveProperties(expected: TargetFacts, facts: TargetFacts): readonly Check[] {
  const [source, target] = [expected.largeObjects, facts.largeObjects];
  if (source === undefined || target === undefined) return [];
  if (source.kind === 'read' && source.value.size === 0) return [];
  return [compareProperties(source, target, 'keep')];
}

function uncounted(tables: readonly LiveTable[]): readonly CountedTable[] {
  return tables.map(({ schema, name, bytes }) => ({ schema, name, bytes, rows: 0 }));
}

async function dumpDefinitions(runtime: Runtime, plan: PlannedCompare, file: string): Promise<Archive> {
  await runTool(runtime, plan.sourceConnection, inFile(plan.commands.source, file));
  return readWrittenArchive(file);
}

function inFile(command: Command, file: string): Command {
  return { ...command, arguments: command.arguments.map(argument => argument.replace(privateFile, file)) };
}

interface Gathered {
  readonly original: Archive;
  readonly copy: Archive;
  readonly expected: TargetFacts;
  readonly facts: TargetFacts;
  readonly tables: readonly LiveTable[];
}

async function gather(plan: PlannedCompare, [session]: Sessions, read: Gathered): Promise<DatabaseFacts> {
  const { original, copy, expected, facts, tables } = read;
  const client = plan.client.version.major;
  const { counts } = expected;
  const counted = counts === undefined ? [] : readIn(counts.rows, 'the rows');
  const rows = new Map(counted.map(count => [relationKey(count), count.rows]));
  const sequences = counts === undefined ? [] : readIn(counts.sequences, 'the sequences');
  const options: CompareOptions = {
    owners: 'keep',
    privileges: 'keep',
    sections: ['pre-data', 'data', 'post-data'],
    databaseName: { source: plan.source, target: plan.target },
    copyMajor: facts.major,
  };
  return {
    level: plan.level,
    // Another server prints what pg_dump reads in its own way.
    majors: { source: expected.major, archive: expected.major === facts.major ? client : expected.major, client },
    database: {
      tables: plan.level === 'objects' ? [] : tables.map(table => countedTable(table, rows.get(relationKey(table)))),
      sequences: sequences.map(({ schema, name, position }): DumpedSequence => {
        return { schema, name, ...readIn(position, `the position of "${schema}"."${name}"`) };
      }),
      largeObjects: counts && readIn(counts.largeObjects, 'the large objects'),
      extensions: await readExtensions(session),
    },
    source: original.entries,
    target: { kind: 'read', value: copy.entries },
    scratch: undefined,
    unguarded: expected.unguardedConstraints && readIn(expected.unguardedConstraints, 'the triggers of constraints'),
    options,
    locale: await readLocale(session),
    facts,
  };
}

function countedTable({ schema, name, bytes }: LiveTable, count?: RelationReading<number>): CountedTable {
  return { schema, name, bytes, rows: readIn(count ?? { kind: 'missing' }, `the rows of "${schema}"."${name}"`) };
}

/** What can't be read can't be compared, and must not be passed over. */
function readIn<Value>(reading: RelationReading<Value>, what: string): Value {
  if (reading.kind === 'read') return reading.value;
  const reason = reading.kind === 'unreadable' ? reading.reason : 'it is gone';
  throw fault(
    'PGR301',
    `${what} could not be read in the source: ${reason}`,
    'grant SELECT on it to the role (pg_read_all_data does for all)',
  );
}

/** The original's definitions as the copy's server prints them. */
function printedByCopy(
  plan: PlannedCompare,
  runtime: Runtime,
  [session]: Sessions,
  file: string,
): Promise<readonly TocEntry[]> {
  return readLocale(session).then(locale =>
    withScratch(runtime, plan.connection, locale, async scratch => {
      await runTool(runtime, plan.connection, scratch.command(inFile(plan.scratch.restore, file)));
      return (await readDefinitions(runtime, plan.connection, scratch.command(plan.scratch.dump))).entries;
    }),
  );
}

async function compareContents(
  plan: PlannedCompare,
  runtime: Runtime,
  from: Sessions,
  into: Sessions,
  tables: readonly LiveTable[],
): Promise<readonly Check[]> {
  const encoding = 'UTF8';
  const content = await compareContent({
    tables,
    bytes: new Map(tables.map(table => [relationKey(table), table.bytes])),
    sessions: into,
    source: { rows: liveRows(from, encoding), encoding, showKeys: plan.showKeys, touch: runtime.touch },
  });
  return [content, await compareLargeObjects(liveLargeObjects(from[0]), into[0])];
}
