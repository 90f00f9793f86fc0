import type { TocEntry } from '../postgres/archive/model.ts';
import { toolEvent, type Work } from '../postgres/tool-events.ts';
import type { ToolMessage } from '../postgres/tool-output.ts';
import type { Profile } from './profile.ts';

export interface ToolProfile {
  /** What the tool said, and when. */
  readonly said: (message: ToolMessage, moment: number) => void;
  /** When the tool has ended. */
  readonly end: (moment: number) => void;
}

interface Open {
  readonly work: Work;
  readonly name: string;
  readonly began: number;
}

/** How much of a name is kept. */
const longestName = 300;
/** How many tables are taken to be under way at once: of those before them the end got lost. */
const mostBegun = 100;

/**
 * Times of tables and index builds, by what a tool says. What it does not tell exactly is left out: the end of an entry
 * that got lost among the lines of jobs, and two tables of one name that jobs dump at once from two schemas.
 *
 * @param jobs whether pg_dump has several; pg_restore says itself when they work.
 * @param entries of the archive, if it is there: the tools leave the schema out where they tell of jobs.
 */
export function toolProfile(
  profile: Pick<Profile, 'add'>,
  database: string,
  { jobs, entries = [] }: { readonly jobs: boolean; readonly entries?: readonly TocEntry[] },
): ToolProfile {
  const known = new Map(entries.map(entry => [entry.dumpId, entry]));
  const launched = new Map<number, Open>();
  const spans = new Map<Work, { began: number; ended: number }>();
  let begun: Open[] = [];
  let restoring = false;
  const close = ({ work, name, began }: Open, ended: number): void => {
    const span = spans.get(work);
    spans.set(work, { began: Math.min(span?.began ?? began, began), ended });
    const kind = work === 'data' ? 'table' : work === 'index builds' ? 'index' : undefined;
    if (kind !== undefined) profile.add({ kind, database, name: name.slice(0, longestName) }, began, ended);
  };
  const closeAll = (moment: number): void => {
    for (const open of begun) close(open, moment);
    begun = [];
  };
  return {
    said(message, moment) {
      const event = toolEvent(message);
      switch (event?.kind) {
        case undefined:
          return;
        case 'jobs begin':
        case 'jobs end':
          closeAll(moment);
          restoring = event.kind === 'jobs begin';
          return;
        case 'launched':
          if (event.work === undefined) return;
          launched.set(event.dumpId, {
            work: event.work,
            name: nameOf(known.get(event.dumpId), event.tag),
            began: moment,
          });
          return;
        case 'finished': {
          const entry = launched.get(event.dumpId);
          launched.delete(event.dumpId);
          const end = `.${withoutQuotes(event.tag)}`;
          const alike = begun.filter(({ name }) => withoutQuotes(name).endsWith(end));
          const [first] = restoring ? [entry] : alike.length === 1 ? alike : [];
          begun = begun.filter(open => !alike.includes(open));
          if (first !== undefined) close(first, moment);
          return;
        }
        case 'begun':
          if (restoring) return;
          if (!jobs) closeAll(moment);
          if (event.work === undefined) return;
          begun = [...begun.slice(1 - mostBegun), { work: event.work, name: event.name, began: moment }];
      }
    },
    end(moment) {
      if (!jobs && !restoring) closeAll(moment);
      for (const [work, { began, ended }] of spans) profile.add({ kind: work, database, name: work }, began, ended);
    },
  };
}

function nameOf(entry: TocEntry | undefined, tag: string): string {
  return entry?.namespace === undefined ? tag : `${entry.namespace}.${tag}`;
}

/** Any part of `schema.table` may be quoted, or none. */
function withoutQuotes(name: string): string {
  return name.replaceAll('"', '');
}
