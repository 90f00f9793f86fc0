import type { Manifest } from '../dumpset/manifest.ts';
import type { PlannedVerify } from '../plan/plan.ts';
import type { RestoreResult } from '../report/model.ts';
import { compareRoles } from '../verify/compare-roles.ts';
import type { Check } from '../verify/finding.ts';
import { attempt } from '../verify/reading.ts';
import { existingRoles, readRoles } from './roles.ts';
import type { Runtime } from './runtime.ts';

/** Compares the roles of the two servers, where the dump set brings its roles along. */
export async function verifyRoles(
  { connection, databases }: PlannedVerify,
  { globals }: Manifest,
  restores: readonly RestoreResult[],
  runtime: Runtime,
): Promise<readonly Check[]> {
  const [first] = databases;
  if (globals === undefined || globals.roles.length === 0 || first === undefined) return [];
  await using session = await runtime.openSession(connection, { database: first.target });
  const made = restores.length === 0 ? undefined : new Set(restores.flatMap(({ rolesCreated }) => rolesCreated));
  const known = await existingRoles(session);
  return [compareRoles({ expected: globals.roles, actual: await attempt(() => readRoles(session)), known, made })];
}
