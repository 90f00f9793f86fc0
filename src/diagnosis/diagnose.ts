import type { TocEntry } from '../postgres/archive/model.ts';
import type { ToolMessage } from '../postgres/tool-output.ts';
import { entryName } from '../selection/entry-name.ts';
import { type ArchiveIndex, indexArchive, lackOf } from './archive-index.ts';
import { type Blame, createBlame } from './blame.ts';
import { type Classified, causeOf, classify, leavesUnmade } from './classify.ts';
import type { About, Finding } from './model.ts';
import { hear, type Said, withoutValues } from './said.ts';

/** What is known of the run of a tool beside what it said. */
export interface ToolRun extends Pick<About, 'program' | 'user' | 'database'> {
  /** The archive's table of contents; empty where there is none. */
  readonly entries: readonly TocEntry[];
}

interface Heard extends Classified {
  readonly entry: TocEntry | undefined;
}

interface Root {
  readonly heard: Heard;
  follow: number;
}

/** Characters of the first message that a report shows. */
const longestShown = 2_000;

/**
 * The causes of a tool's errors, in the order in which they were said, those that do not touch the copy last. An error
 * follows from another one if what its object needs had failed before, if it misses what that would have made, or if it
 * has the same cause. The time it takes grows with the errors and the entries, not with their product.
 */
export function diagnose(errors: readonly ToolMessage[], run: ToolRun): readonly Finding[] {
  const index = indexArchive(errors.length === 0 ? [] : run.entries);
  const heard = errors.map(error => place(hear(error), index, run));
  const failures = firstFailures(heard);
  const blame = createBlame(index, failures);
  const rootOf: Root[] = [];
  const roots = new Map<string, Root>();
  let extension: Root | undefined;
  for (const [number, one] of heard.entries()) {
    const earlier = followed(one, blame, failures, index, number);
    const first = earlier === undefined ? undefined : rootOf[earlier];
    const key = causeOf(one);
    const root = first ?? roots.get(key) ?? fallback(one, rootOf.at(-1), extension) ?? { heard: one, follow: -1 };
    root.follow++;
    rootOf.push(root);
    if (root.heard === one) roots.set(key, root);
    if (one.diagnosis?.kind.startsWith('extension-') === true) extension ??= root;
  }
  return Array.from(roots.values(), findingOf).toSorted(
    (one, other) => Number(one.class === 'benign') - Number(other.class === 'benign'),
  );
}

function place(said: Said, index: ArchiveIndex, { program, user, database, entries }: ToolRun): Heard {
  const entry = index.entryOf(said);
  const lack = entries.length === 0 ? undefined : lackOf(said);
  const held = lack === undefined ? undefined : index.makersOf(lack).length > 0;
  return { ...classify({ program, said, user, database, entry, held }), entry };
}

/** The number of the first error that left an entry unmade, by its dump id. */
function firstFailures(heard: readonly Heard[]): ReadonlyMap<number, number> {
  const failures = new Map<number, number>();
  for (const [number, one] of heard.entries()) {
    const { entry } = one;
    if (entry === undefined || failures.has(entry.dumpId) || !leavesUnmade(one, entry)) continue;
    failures.set(entry.dumpId, number);
  }
  return failures;
}

/** The earlier error that made this one inevitable. */
function followed(
  { about, diagnosis, entry }: Heard,
  blame: Blame,
  failures: ReadonlyMap<number, number>,
  index: ArchiveIndex,
  number: number,
): number | undefined {
  const lack = diagnosis?.misses === true ? lackOf(about.said) : undefined;
  const makers = lack === undefined ? [] : index.makersOf(lack);
  const candidates = [
    ...makers.map(({ dumpId }) => failures.get(dumpId)),
    entry && failures.get(entry.dumpId),
    entry && blame(entry),
  ];
  return candidates.find(candidate => candidate !== undefined && candidate < number);
}

/** What is never a cause goes back to what was said last; what an extension may have had, to the extension that failed. */
function fallback({ about, diagnosis }: Heard, last: Root | undefined, extension: Root | undefined): Root | undefined {
  if (diagnosis?.follows === true) return last;
  return diagnosis?.kind === 'extension-follow-on' && about.held !== true ? extension : undefined;
}

function findingOf({ heard: { about, diagnosis, captured, entry }, follow }: Root): Finding {
  const { said } = about;
  const object = entry === undefined ? objectOf(said) : entryName(entry);
  const common = { object, follow, said: withoutValues(said).slice(0, longestShown) };
  if (diagnosis !== undefined) {
    const { kind, code } = diagnosis;
    const [message, fix] = [diagnosis.message(captured, about), diagnosis.fix(captured, about)];
    return { ...common, kind, class: diagnosis.class, code, message, fix };
  }
  const first = said.words.split('\n').slice(0, 3).join(' ');
  return {
    ...common,
    kind: 'unrecognised',
    class: undefined,
    code: 'PGR210',
    message: `unrecognised error: ${first}`,
    fix: 'the log above holds everything that it said',
  };
}

/** Where there is no table of contents: what the tool names itself. */
function objectOf({ table, command = '' }: Said): string | undefined {
  if (table !== undefined) return `TABLE ${table}`;
  const [, locked, copied] = /^LOCK TABLE (?:ONLY )?([^,]+?) IN |^COPY (.+?) \(/.exec(command) ?? [];
  const name = locked ?? copied;
  return name === undefined ? undefined : `TABLE ${name}`;
}
