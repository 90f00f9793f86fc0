import { compareCondaVersions } from './conda-version.ts';
import { type MatchSpec, parseMatchSpec } from './match-spec.ts';
import type { CondaRecord } from './repodata.ts';

/** What a machine itself provides, under names that begin with two underscores. */
export type VirtualPackage = Pick<CondaRecord, 'name' | 'version' | 'build'>;

export interface ResolveOptions {
  readonly records: readonly CondaRecord[];
  readonly virtual: readonly VirtualPackage[];
  /** Names that count as satisfied and are not followed. */
  readonly skipped: (name: string) => boolean;
}

type Specs = ReadonlyMap<string, readonly MatchSpec[]>;

interface State {
  readonly chosen: ReadonlyMap<string, CondaRecord>;
  /** By name, what has to be there. */
  readonly required: Specs;
  /** By name, what has to hold if it is there. */
  readonly constrained: Specs;
}

interface Search {
  readonly candidates: (name: string) => readonly VirtualPackage[];
  readonly skipped: (name: string) => boolean;
  readonly specs: Map<string, MatchSpec>;
  steps: number;
  /** The name for which nothing was left, last. */
  stuck: string;
}

/** More would be no small closure any more, but a search that does not end. */
const mostSteps = 20_000;

/**
 * Finds one package of each name that the root needs, so that every wish of every one of them holds, the newest that
 * fit. The name with the fewest candidates comes first; where none is left for a name, an earlier choice is taken back.
 */
export function resolveConda(root: string, options: ResolveOptions): readonly CondaRecord[] {
  const search: Search = {
    candidates: candidatesAmong(options),
    skipped: options.skipped,
    specs: new Map(),
    steps: 0,
    stuck: root,
  };
  const required = extend(new Map(), [root], search);
  const solved = solve({ chosen: new Map(), required, constrained: new Map() }, search);
  if (solved === undefined) {
    throw new Error(`${root}: the index has no packages that fit together; nothing is left for ${search.stuck}`);
  }
  return [...solved.chosen.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function solve(state: State, search: Search): State | undefined {
  search.steps += 1;
  if (search.steps > mostSteps) {
    throw new Error(`no packages that fit together were found in ${mostSteps} steps, least of all ${search.stuck}`);
  }
  const [next] = [...state.required.keys()]
    .filter(name => !state.chosen.has(name) && !search.skipped(name))
    .map(name => ({ name, candidates: search.candidates(name).filter(one => fits(state, one)) }))
    // What the machine provides is settled; it needs nothing more.
    .filter(({ name, candidates }) => !isVirtual(name) || candidates.length === 0)
    .toSorted((left, right) => left.candidates.length - right.candidates.length);
  if (next === undefined) return state;
  if (next.candidates.length === 0) search.stuck = next.name;
  for (const candidate of next.candidates.filter(isRecord)) {
    const then: State = {
      chosen: new Map([...state.chosen, [candidate.name, candidate]]),
      required: extend(state.required, candidate.depends, search),
      constrained: extend(state.constrained, candidate.constrains, search),
    };
    const solved = [...then.chosen.values()].every(one => fits(then, one)) ? solve(then, search) : undefined;
    if (solved !== undefined) return solved;
  }
  return undefined;
}

function fits({ required, constrained }: State, one: VirtualPackage): boolean {
  const asked = [...(required.get(one.name) ?? []), ...(constrained.get(one.name) ?? [])];
  return asked.every(spec => spec.matches(one));
}

function extend(lists: Specs, texts: readonly string[], { specs }: Search): Specs {
  const all = new Map(lists);
  for (const text of texts) {
    const spec = specs.get(text) ?? parseMatchSpec(text);
    specs.set(text, spec);
    all.set(spec.name, [...(all.get(spec.name) ?? []), spec]);
  }
  return all;
}

/** By name, best first; sorted when they are asked for, as most of an index never is. */
function candidatesAmong({ records, virtual }: ResolveOptions): Search['candidates'] {
  const byName = new Map<string, CondaRecord[]>();
  for (const record of records) {
    const known = byName.get(record.name);
    if (known === undefined) byName.set(record.name, [record]);
    else known.push(record);
  }
  const sorted = new Map<string, readonly CondaRecord[]>();
  return name => {
    if (isVirtual(name)) return virtual.filter(one => one.name === name);
    const found = sorted.get(name) ?? (byName.get(name) ?? []).toSorted(better);
    sorted.set(name, found);
    return found;
  };
}

function isVirtual(name: string): boolean {
  return name.startsWith('__');
}

function isRecord(one: VirtualPackage): one is CondaRecord {
  return 'sha256' in one;
}

/** Variants for a special purpose last; then the newest version, build and time first. */
function better(left: CondaRecord, right: CondaRecord): number {
  return (
    Number(left.special) - Number(right.special) ||
    compareCondaVersions(right.version, left.version) ||
    right.buildNumber - left.buildNumber ||
    right.timestamp - left.timestamp ||
    (left.path < right.path ? -1 : 1)
  );
}
