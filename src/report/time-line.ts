import type { RunReport, StepReport } from './model.ts';

/** A stretch of a run. Seconds, the first since the run began. */
export interface Stretch {
  readonly name: string;
  /** Undefined for what is no step: preparation, and parts of steps. */
  readonly step: StepReport | undefined;
  readonly start: number;
  readonly seconds: number;
}

/** Where the time of a run went: what came before the first step, each step, and the parts that steps tell of. In order. */
export function timeLine({ steps, seconds }: Pick<RunReport, 'steps' | 'seconds'>): readonly Stretch[] {
  let start = Math.max(0, seconds - steps.reduce((sum, step) => sum + step.seconds, 0));
  const stretches: Stretch[] = [{ name: 'preparation', step: undefined, start: 0, seconds: start }];
  for (const step of steps) {
    stretches.push({ name: step.title, step, start, seconds: step.seconds }, ...partsFrom(start, partsOf(step)));
    start += step.seconds;
  }
  return stretches;
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
