import { checkConnections } from './connections.ts';
import { checkDisks } from './disks.ts';
import { checkDumps } from './dumps.ts';
import { attempted, type Finding } from './finding.ts';
import { judgeProtection, writtenTo } from './protection.ts';
import { checkRestores } from './restores.ts';
import { checkTargets } from './targets.ts';
import { judgeVersions } from './versions.ts';
import { isThrowaway, type World } from './world.ts';

/**
 * Everything that can be known to stand in the way of a plan before any of it is done. One thing after another: a server
 * with few free connections must not run out of them for being looked at.
 */
export async function preflight(world: World): Promise<readonly Finding[]> {
  const { plan, survey, config } = world;
  const connections = await checkConnections(world);
  const { findings, sizes } = await checkDumps(world);
  return [
    ...connections,
    ...judgeProtection(config, await readIdentities(world)),
    ...(await checkTargets(world)),
    ...judgeVersions({ plan, servers: survey.servers, dumpSets: survey.dumpSets }),
    ...findings,
    ...(await checkRestores(world)),
    ...(await checkDisks(world, sizes)),
  ];
}

/** Only where there is something to tell apart. What cannot be read is missing. */
async function readIdentities(world: World): Promise<ReadonlyMap<string, string>> {
  const identities = new Map<string, string>();
  const { connections, steps } = world.config;
  const guarded = Object.entries(connections).flatMap(([name, { protected: is }]) => (is ? [name] : []));
  if (guarded.length === 0) return identities;
  for (const name of new Set([...guarded, ...writtenTo(steps)])) {
    if (isThrowaway(world, name)) identities.set(name, `throwaway ${name}`);
    else
      await attempted({ check: 'protection', about: name }, world.signal, async () => {
        await using session = await world.openSession(name);
        const [row] = await session.query<{ identifier: string }>(
          'select system_identifier::text as identifier from pg_control_system()',
        );
        if (row !== undefined) identities.set(name, row.identifier);
        return [];
      });
  }
  return identities;
}
