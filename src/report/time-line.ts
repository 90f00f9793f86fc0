import type { ProfilePart, RunReport, StepReport } from './model.ts';

/** A stretch of a run. Seconds, the first since the run began. */
export interface Stretch {
  readonly name: string;
  /** Undefined for what is no step: preparation, and parts of steps. */
  readonly step: StepReport | undefined;
  readonly start: number;
  readonly seconds: number;
}

type Run = Pick<RunReport, 'steps' | 'seconds' | 'profile'>;

/** Where the time of a run went: what came before the first step, each step, and their parts. In order. */
export function timeLine({ steps, seconds, profile = [] }: Run): readonly Stretch[] {
  const wholes = steps.map((_, index) => profile.find(({ step, kind }) => step === index && kind === 'step'));
  const first = wholes.find(whole => whole !== undefined)?.start;
  let start = first ?? Math.max(0, seconds - steps.reduce((sum, step) => sum + step.seconds, 0));
  const between = inOrder(profile.filter(({ step }) => step === undefined)).map(stretchOf);
  const preparation: Stretch = { name: 'preparation', step: undefined, start: 0, seconds: start };
  const stretches: Stretch[] = [];
  for (const [index, step] of steps.entries()) {
    start = wholes[index]?.start ?? start;
    while (between[0] !== undefined && between[0].start <= start) stretches.push(...between.splice(0, 1));
    const told = profile.filter(part => part.step === index && part.kind !== 'step');
    const parts = told.length > 0 ? shown(told, mostOf(steps.length)).map(stretchOf) : partsFrom(start, partsOf(step));
    stretches.push({ name: step.title, step, start, seconds: step.seconds }, ...parts);
    start += step.seconds;
  }
  return [preparation, ...stretches, ...between];
}

/** How many parts of a step a person is shown, of several fewer: a table of the summary has 200 rows. */
function mostOf(steps: number): number {
  return Math.max(0, Math.min(40, Math.floor(190 / steps) - 2));
}

/** The longest, in the order in which they began. */
function shown(parts: readonly ProfilePart[], most: number): readonly ProfilePart[] {
  return inOrder(parts.toSorted((one, other) => other.seconds - one.seconds).slice(0, most));
}

/** What encloses others comes before them. */
function inOrder(parts: readonly ProfilePart[]): ProfilePart[] {
  return parts.toSorted((one, other) => one.start - other.start || other.seconds - one.seconds);
}

function stretchOf({ kind, database, name, start, seconds }: ProfilePart): Stretch {
  const what = kind === 'table' || kind === 'index' ? `${kind} ${name}` : name;
  return { name: database === undefined ? what : `${database}: ${what}`, step: undefined, start, seconds };
}

type Part = Pick<Stretch, 'name' | 'seconds'>;

/** Parts of a step come one after another. */
function partsFrom(start: number, parts: readonly Part[]): readonly Stretch[] {
  let begin = start;
  return parts.map(({ name, seconds }) => {
    const stretch = { name, step: undefined, start: begin, seconds };
    begin += seconds;
    return stretch;
  });
}

/** Of a step that has no profile. */
function partsOf({ result }: StepReport): readonly Part[] {
  switch (result?.kind) {
    case 'dump':
      return result.databases.map(({ name, seconds }) => ({ name, seconds }));
    case 'restore':
      return result.databases.flatMap(({ target, phases }) =>
        phases.map(({ name, seconds }) => ({ name: `${target}: ${name}`, seconds })),
      );
    case 'clone':
      return result.databases;
    case 'verify':
    case 'sql':
    case 'publish':
    case 'fetch':
    case 'prune':
    case undefined:
      return [];
  }
}

/** `··███·····`: when in a run a stretch was. What took any time at all is seen. */
export function bar({ start, seconds }: Stretch, whole: number, width = 30): string {
  const place = (moment: number) => (whole === 0 ? 0 : Math.round((moment / whole) * width));
  const from = Math.min(place(start), width - 1);
  const length = Math.min(Math.max(1, place(start + seconds) - from), width - from);
  return `${'·'.repeat(from)}${'█'.repeat(length)}${'·'.repeat(width - from - length)}`;
}
