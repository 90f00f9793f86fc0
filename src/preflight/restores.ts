import type { DumpedDatabase } from '../dumpset/manifest.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import type { PlannedDump } from '../plan/planned-dump.ts';
import type { DatabaseLocale } from '../postgres/database-locale.ts';
import { readLocale } from '../postgres/database-locale.ts';
import type { Session } from '../postgres/session.ts';
import { isEverything } from '../selection/selection.ts';
import { readTargetKnowledge } from '../steps/compatibility.ts';
import { databaseExists } from '../steps/target.ts';
import { isWhole } from './dumped.ts';
import { attempted, type Finding, notChecked } from './finding.ts';
import { judgeLocale, readLocaleFacts } from './locale.ts';
import { judgeExtensions, judgeRoles, type Needs, needsOf, readNeeds } from './target-needs.ts';
import { isThrowaway, type World } from './world.ts';

/** Looks whether each target has what its copies will need. */
export async function checkRestores(world: World): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [index, step] of world.plan.steps.entries()) {
    if (step.kind !== 'restore') continue;
    for (const database of step.databases) findings.push(...(await checkRestore(step, index, database, world)));
  }
  return findings;
}

async function checkRestore(
  step: PlannedRestore,
  index: number,
  database: PlannedRestoreDatabase,
  world: World,
): Promise<readonly Finding[]> {
  const about = `${step.connection}: ${database.target}`;
  const earlier = world.plan.steps.slice(0, index);
  const dump = earlier.filter(one => one.kind === 'dump').findLast(({ folder }) => folder === step.folder);
  const subjects = (['extensions', 'roles', 'encoding and locale'] as const).map(check => ({ check, about }));
  const unseen = (why: string) => subjects.map(subject => notChecked(subject, why, 'the restore will say'));
  if (isThrowaway(world, step.connection)) return unseen('its server is started by the run');
  if (dump !== undefined && isThrowaway(world, dump.connection)) return unseen('its source is made by the run');
  const altered = earlier.some(
    one => one.kind === 'sql' && [step.connection, dump?.connection].includes(one.connection),
  );
  return attempted({ check: 'extensions', about }, world.signal, async () => {
    const source = await readSource(step, database, dump, world);
    if (source === undefined) return unseen('its dump set is not there yet');
    await using control = await world.openSession(step.connection);
    const offered = await readTargetKnowledge(control);
    const needs = { ...source.needs, certain: source.needs.certain && !altered };
    return [
      judgeExtensions(about, needs, offered),
      judgeRoles(about, { ...needs, roles: rolesOf(step, needs.roles) }, offered),
      ...(await attempted({ check: 'encoding and locale', about }, world.signal, async () => [
        await checkLocale(step, database, source.locale, control, world),
      ])),
    ];
  });
}

interface Source {
  readonly needs: Needs;
  readonly locale: DatabaseLocale;
}

/** From the database that is going to be dumped, or from the manifest of what was. */
async function readSource(
  step: PlannedRestore,
  { source }: PlannedRestoreDatabase,
  dump: PlannedDump | undefined,
  { openSession, survey }: World,
): Promise<Source | undefined> {
  const all = isEverything(step.selection) && step.sections.length === 3 && step.settings === 'keep';
  if (dump === undefined) {
    const manifest = survey.dumpSets[step.folder];
    const dumped: DumpedDatabase | undefined = manifest?.databases.find(({ name }) => name === source);
    if (dumped === undefined) return undefined;
    const brought = (manifest?.globals?.roles ?? []).map(({ name }) => name);
    return { locale: dumped, needs: { ...needsOf(dumped), brought, certain: all } };
  }
  await using session = await openSession(dump.connection, { database: source });
  const options = dump.databases.find(({ name }) => name === source)?.options ?? dump.options;
  const needs = { ...(await readNeeds(session)), brought: dump.globals === undefined ? [] : ('all' as const) };
  return { locale: await readLocale(session), needs: { ...needs, certain: all && isWhole(options) } };
}

/** With one owner for everything and no privileges, only that role has to be there. */
function rolesOf({ options: { owners, privileges } }: PlannedRestore, roles: readonly string[]): readonly string[] {
  const named = owners.kind === 'role' ? [owners.role] : [];
  return [...new Set([...named, ...(owners.kind === 'keep' || privileges === 'keep' ? roles : [])])];
}

async function checkLocale(
  { connection, locale }: PlannedRestore,
  { target, mode }: PlannedRestoreDatabase,
  source: DatabaseLocale,
  control: Session,
  { openSession }: World,
): Promise<Finding> {
  if (mode === 'overwrite' || !(await databaseExists(control, target)))
    return judgeLocale(connection, target, await readLocaleFacts(control, source, locale, undefined));
  await using existing = await openSession(connection, { database: target });
  return judgeLocale(connection, target, await readLocaleFacts(control, source, locale, existing));
}
