import type { StepReport } from './model.ts';
import { verdictOn } from './proof.ts';

/**
 * A finished step, with the folder of its dump set and the connection of its databases as they were planned, which the
 * model does not tell. `from` is compared with `DumpResult.path`. A step without `from` means the nearest dump before
 * it, which is the declared file's default as well.
 */
export type JudgedStep = StepReport & { readonly from?: string | undefined; readonly into?: string | undefined };

/** What a run made and did not prove. A run with nothing in here, and no failure, is proven. */
export interface Doubts {
  /** Databases that were dumped, but of which no copy was restored. */
  readonly notRestored: readonly string[];
  /** Copies that were restored, but not compared afterwards. */
  readonly notCompared: readonly string[];
  /** Copies without a section of the archive, such as its data, and chosen parts of a dump of this run that no whole copy proves. */
  readonly restoredInPart: readonly string[];
  /** Databases that were there before the run, and of which every check was skipped. */
  readonly onlySkipped: readonly string[];
  /** Places to which a dump set was published that this run neither made nor proved. */
  readonly notProven: readonly string[];
  /** Folders of dump sets that were fetched, but of which no copy was restored. */
  readonly onlyFetched: readonly string[];
}

interface Located {
  readonly index: number;
  readonly from: string | undefined;
  readonly into: string | undefined;
  readonly result: NonNullable<StepReport['result']>;
}

interface Copy extends Pair {
  /** Nothing of the archive was left out. */
  readonly whole: boolean;
  /** All three sections were restored, of all or of what was chosen. */
  readonly complete: boolean;
}

interface Comparison extends Pair {
  /** Not every row was compared. */
  readonly sampled: boolean;
  /** Differences that were passed over by request. */
  readonly ignored: number;
}

/** How well a database of a dump set is proven. */
export interface DatabaseProof {
  readonly level: string;
  /** Differences that were passed over by request. */
  readonly ignored: number;
}

interface Pair {
  readonly index: number;
  readonly from: string | undefined;
  readonly into: string | undefined;
  readonly source: string;
  readonly target: string;
}

/**
 * Matches dumps, copies and comparisons. A comparison proves the latest copy before it of the same dump set, names and
 * connection, and only one; a dump is restored when a later copy came from it. Whatever is ambiguous stays in doubt.
 */
export function doubts(steps: readonly JudgedStep[]): Doubts {
  const located = locate(steps);
  const copies = located.flatMap(copiesOf);
  const compared = new Set<Copy>();
  for (const comparison of located.flatMap(comparisonsOf)) {
    const proven = copies.findLast(
      copy => copy.index < comparison.index && !compared.has(copy) && sameCopy(copy, comparison),
    );
    if (proven !== undefined) compared.add(proven);
  }
  const dumpSets = new Set(located.flatMap(({ result }) => (result.kind === 'dump' ? [result.path] : [])));
  const isProven = (from: string | undefined, source: string) =>
    [...compared].some(copy => copy.whole && copy.from === from && copy.source === source);
  const targets = new Set(copies.map(copy => copy.target));
  return {
    notRestored: located.flatMap(dump => [...notRestored(dump, copies), ...globalsAlone(dump, located, false)]),
    restoredInPart: copies
      .filter(
        copy => !copy.complete || (!copy.whole && dumpSets.has(copy.from ?? '') && !isProven(copy.from, copy.source)),
      )
      .map(copy => copy.target),
    notCompared: [
      ...copies.filter(copy => !compared.has(copy)).map(copy => copy.target),
      ...located.flatMap(dump => globalsAlone(dump, located, true)),
    ],
    onlySkipped: located.flatMap(onlySkipped).filter(target => !targets.has(target)),
    notProven: located.flatMap(({ from, result }) =>
      result.kind === 'publish' &&
      !dumpSets.has(from ?? '') &&
      !(result.databases.length > 0 && result.databases.every(name => isProven(from, name)))
        ? [result.place]
        : [],
    ),
    onlyFetched: located.flatMap(({ result }) =>
      result.kind === 'fetch' && !copies.some(copy => copy.from === result.path) ? [result.path] : [],
    ),
  };
}

/**
 * Databases of a dump set that a run has restored whole and compared, with how deep each was compared: a sample proves its
 * rows by number alone.
 */
export function provenDatabases(steps: readonly JudgedStep[], folder: string): ReadonlyMap<string, DatabaseProof> {
  const located = locate(steps);
  const copies = located.flatMap(copiesOf).filter(copy => copy.whole && copy.from === folder);
  const proven = new Map<string, DatabaseProof>();
  for (const step of located) {
    if (step.result.kind !== 'verify') continue;
    for (const comparison of comparisonsOf(step)) {
      const isProven = copies.some(copy => copy.index < comparison.index && sameCopy(copy, comparison));
      const { source, ignored, sampled } = comparison;
      if (isProven) proven.set(source, { level: sampled ? 'counts' : step.result.level, ignored });
    }
  }
  return proven;
}

function locate(steps: readonly JudgedStep[]): readonly Located[] {
  const located: Located[] = [];
  let nearest: string | undefined;
  for (const [index, step] of steps.entries()) {
    if (step.result === undefined) continue;
    if (step.result.kind === 'dump' || step.result.kind === 'fetch') nearest = step.result.path;
    located.push({ index, from: step.from ?? nearest, into: step.into, result: step.result });
  }
  return located;
}

function copiesOf({ index, from, into, result }: Located): readonly Copy[] {
  if (result.kind !== 'restore') return [];
  const { complete } = result;
  return result.databases.map(({ source, target, leftOut }) => {
    return { index, from, into, source, target, complete, whole: complete && leftOut.count === 0 };
  });
}

function comparisonsOf({ index, from, into, result }: Located): readonly Comparison[] {
  if (result.kind !== 'verify') return [];
  return result.databases
    .filter(database => verdictOn(database) === 'passed')
    .map(({ source, target, checks }) => {
      const sampled = checks.some(check => (check.sampled ?? []).length > 0);
      const ignored = checks.reduce((sum, check) => sum + (check.ignored?.length ?? 0), 0);
      return { index, from, into, source, target, sampled, ignored };
    });
}

function sameCopy(one: Pair, other: Pair): boolean {
  return (
    one.from === other.from &&
    one.source === other.source &&
    one.target === other.target &&
    (one.into ?? other.into) === (other.into ?? one.into)
  );
}

/** Globals without a database, which nothing compares, by whether a later step has restored them. */
function globalsAlone({ index, result }: Located, located: readonly Located[], restored: boolean): readonly string[] {
  if (result.kind !== 'dump' || result.databases.length > 0) return [];
  const later = located.some(one => one.index > index && one.result.kind === 'restore' && one.from === result.path);
  return later === restored ? ['globals.sql'] : [];
}

function onlySkipped({ result }: Located): readonly string[] {
  if (result.kind !== 'verify') return [];
  return result.databases.filter(database => verdictOn(database) === 'skipped').map(database => database.target);
}

function notRestored(dump: Located, copies: readonly Copy[]): readonly string[] {
  const { index, result } = dump;
  if (result.kind !== 'dump') return [];
  return result.databases
    .map(database => database.name)
    .filter(name => !copies.some(copy => copy.index > index && copy.from === result.path && copy.source === name));
}
