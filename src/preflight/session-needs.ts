import type { PlannedStep } from '../plan/plan.ts';
import type { SessionNeed } from './free-connections.ts';

/** Our sessions of a dump: one that asks, one that holds the snapshot and counts, one that watches locks. */
const ofDump = 3;
/** The watch over signs of life, which a step can do without. */
const watching = 1;

/**
 * Sessions that each step has at once on the server of a connection. A parallel pg_dump keeps one of its own beside those
 * of its jobs; a parallel pg_restore closes it before they open (pg_backup_archiver.c, RestoreArchive).
 */
export function sessionNeeds(step: PlannedStep): SessionNeed | undefined {
  switch (step.kind) {
    case 'dump': {
      const { jobs, format } = step.options;
      const parallel = format === 'directory' && jobs > 1;
      const tools = parallel ? jobs + 1 : format === 'plain' ? 2 : 1;
      const what = parallel ? `dump with ${jobs} jobs` : 'dump';
      return step.databases.length === 0 ? undefined : needOf(what, ofDump + tools);
    }
    case 'restore': {
      const jobs = Math.max(step.options.jobs, step.analyze === false ? 1 : step.analyzeJobs);
      return step.databases.length === 0
        ? undefined
        : needOf(jobs > 1 ? `restore with ${jobs} jobs` : 'restore', 1 + jobs);
    }
    case 'verify':
      return step.databases.length === 0 ? undefined : needOf('verification', step.sessions + 1);
    case 'compare':
      return needOf('comparison', 2);
    case 'clone':
      return needOf(step.jobs > 1 ? `clone step with ${step.jobs} jobs` : 'clone step', step.jobs);
    case 'sql':
      return needOf('sql step', 1);
    case 'fetch':
    case 'publish':
    case 'prune':
      return undefined;
  }
}

function needOf(what: string, least: number): SessionNeed {
  return { what, least, most: least + watching };
}
