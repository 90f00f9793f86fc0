import type { PlannedStep } from '../plan/plan.ts';
import type { PlannedDump } from '../plan/planned-dump.ts';
import { type DiskUse, dumpFactor, judgeDisk, serverFactor } from './disk-space.ts';
import { sizeKey } from './dumps.ts';
import { attempted, type Finding, notChecked } from './finding.ts';
import { isThrowaway, type World } from './world.ts';

/** Looks whether what the run writes on this machine fits there: dump sets, their copies, data of throwaway servers. */
export async function checkDisks(world: World, sizes: ReadonlyMap<string, number>): Promise<readonly Finding[]> {
  const { plan, signal } = world;
  const uses = plan.steps.flatMap((step, index) => usesOf(step, plan.steps.slice(0, index), world, sizes));
  const known = uses.filter(use => use.tables !== undefined);
  const findings: Finding[] = uses
    .filter(use => use.tables === undefined)
    .map(({ folder, what }) =>
      notChecked(
        { check: 'disk space', about: folder },
        `the size of the ${what} is not known`,
        'see that there is room',
      ),
    );
  const disks = new Map<number, { readonly place: string; readonly free: number; readonly uses: DiskUse[] }>();
  for (const { folder, what, tables = 0, factor } of known) {
    findings.push(
      ...(await attempted({ check: 'disk space', about: folder }, signal, async () => {
        const { device, free } = await world.readDisk(folder);
        const disk = disks.get(device) ?? { place: folder, free, uses: [] };
        disk.uses.push({ folder, what, tables, factor });
        disks.set(device, disk);
        return [];
      })),
    );
  }
  const judged = [...disks].map(([device, { place, free, uses: shared }]) =>
    judgeDisk(place, { device, free }, shared),
  );
  return [...findings, ...judged];
}

type Use = Omit<DiskUse, 'tables'> & { readonly tables: number | undefined };

function usesOf(
  step: PlannedStep,
  earlier: readonly PlannedStep[],
  world: World,
  sizes: ReadonlyMap<string, number>,
): readonly Use[] {
  const madeBy = (folder: string) => earlier.filter(one => one.kind === 'dump').findLast(one => one.folder === folder);
  switch (step.kind) {
    case 'dump':
      return [useOf(step, step.folder, 'dump', sizes)].filter(() => step.databases.length > 0);
    case 'publish': {
      const dump = madeBy(step.folder);
      if (dump === undefined || dump.databases.length === 0) return [];
      const folder = step.to.kind === 'folder' ? step.to.path : world.temporary;
      return [useOf(dump, folder, 'copy that is published', sizes)];
    }
    case 'restore': {
      if (!isThrowaway(world, step.connection) || step.databases.length === 0) return [];
      const manifest = world.survey.dumpSets[step.folder];
      const dump = madeBy(step.folder);
      const bytes = step.databases.map(({ source }) =>
        dump === undefined
          ? manifest?.databases.find(({ name }) => name === source)?.tables.reduce((sum, table) => sum + table.bytes, 0)
          : sizes.get(sizeKey(dump.connection, source)),
      );
      return [
        { folder: world.temporary, what: `data of ${step.connection}`, tables: sumOf(bytes), factor: serverFactor },
      ];
    }
    case 'fetch':
    case 'verify':
    case 'compare':
    case 'clone':
    case 'sql':
    case 'prune':
      return [];
  }
}

function useOf(dump: PlannedDump, folder: string, what: string, sizes: ReadonlyMap<string, number>): Use {
  const tables = sumOf(dump.databases.map(({ name }) => sizes.get(sizeKey(dump.connection, name))));
  return { folder, what, tables, factor: dumpFactor(dump.options.format, dump.options.compress) };
}

/** Undefined where any of them is. */
function sumOf(bytes: readonly (number | undefined)[]): number | undefined {
  return bytes.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
}
