import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedCarry, PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import { privateFile } from '../plan/plan-verify.ts';
import type { Command } from '../postgres/process.ts';
import { phaseEntries } from '../selection/phase-entries.ts';
import { restoredEntries } from '../selection/restored-entries.ts';
import { everything } from '../selection/selection.ts';
import { readPresent } from './existing-objects.ts';
import { type Filled, fillDatabase } from './fill-database.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import { withUseList } from './run-phases.ts';
import { runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { readWrittenArchive } from './written-archive.ts';

/**
 * Fills an existing database with schemas under other names. As the old names may be taken there, all is restored into a
 * scratch database of the same server first, renamed, dumped and carried over: nothing that is there is touched. That
 * costs the space of the data once more on the server and, compressed, in the private folder.
 */
export async function fillByScratch(
  plan: PlannedRestore,
  prepared: PreparedDatabase,
  carry: PlannedCarry,
  runtime: Runtime,
): Promise<Filled> {
  const { planned, dumped } = prepared;
  return await withScratch(runtime, plan.connection, dumped, async scratch => {
    const filled = await fillDatabase(plan, { ...prepared, planned: within(scratch, planned) }, runtime);
    const started = runtime.clock.seconds();
    const carried = await carryOver(plan, planned.target, scratch.command(carry.dump), carry.restore, runtime);
    const restored = { ...filled.restored, present: carried.restored.present };
    const part = { kind: 'phase', database: planned.target, name: 'carry over' } as const;
    const seconds = runtime.profile.ended(part, started);
    return {
      ...filled,
      restored,
      present: carried.present,
      phases: [...filled.phases, { name: 'carry over', seconds }],
      warnings: [...filled.warnings, ...carried.warnings],
    };
  });
}

function within(scratch: Scratch, planned: PlannedRestoreDatabase): PlannedRestoreDatabase {
  const { rename, phases } = planned;
  return {
    ...planned,
    target: scratch.name,
    mode: 'new',
    phases: phases.map(phase => ({ ...phase, command: scratch.command(phase.command) })),
    rename: rename && { ...rename, definitions: scratch.command(rename.definitions) },
  };
}

async function carryOver(
  plan: PlannedRestore,
  target: string,
  dump: Command,
  restore: Command,
  runtime: Runtime,
): Promise<Pick<Filled, 'restored' | 'present' | 'warnings'>> {
  const file = join(runtime.privateFolder, `carried-${randomUUID()}`);
  const named = (command: Command): Command => ({
    ...command,
    arguments: command.arguments.map(argument => argument.replace(privateFile, () => file)),
  });
  try {
    await runTool(runtime, plan.connection, named(dump));
    const { entries } = await readWrittenArchive(file);
    await using session = await runtime.openSession(plan.connection, { database: target });
    const present = await readPresent(session);
    const restored = restoredEntries(entries, everything, present);
    const all = { sections: ['pre-data', 'data', 'post-data'], deferred: false } as const;
    const listed = phaseEntries(restored, all, undefined);
    const { warnings } = await withUseList(runtime, named(restore), listed, command =>
      runTool(runtime, plan.connection, command, { database: target, entries }),
    );
    return { restored, present, warnings };
  } finally {
    await rm(file, { force: true });
  }
}
