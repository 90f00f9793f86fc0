import type { Shape } from './load-shapes.ts';

/** What a drill of one size took. Seconds on the clock unless said. */
export interface LoadRun {
  readonly size: number;
  readonly dump: number;
  readonly restore: number;
  readonly proof: number;
  readonly total: number;
  /** CPU seconds of our own process, without the tools that it starts. */
  readonly ownCpu: number;
  /** CPU seconds of all processes, the server included; not a number where that is not known. */
  readonly allCpu: number;
  readonly peakBytes: number;
}

export interface LoadMeasurements {
  readonly machine: string;
  /** Load average of one minute before anything ran. */
  readonly load: number;
  readonly shapes: readonly { readonly shape: Shape; readonly runs: readonly LoadRun[] }[];
}

const head = ['size', 'dump s', 'restore s', 'proof s', 'all s', 'CPU s of all', 'CPU s of our own', 'most memory, MB'];

export function loadRow(run: LoadRun): readonly string[] {
  const seconds = [run.dump, run.restore, run.proof, run.total, run.allCpu, run.ownCpu].map(value => value.toFixed(1));
  return [run.size.toLocaleString('en'), ...seconds, (run.peakBytes / 1e6).toFixed(0)];
}

/**
 * How much more four times the size takes, of the time that grows: a drill of next to nothing takes `base`. Up to 4 is
 * linear, 16 is quadratic.
 */
export function growth(base: LoadRun, small: LoadRun, large: LoadRun): string {
  const times = (part: 'total' | 'allCpu' | 'ownCpu') =>
    ((large[part] - base[part]) / Math.max(0.05, small[part] - base[part])).toFixed(1);
  const factor = large.size / small.size;
  return `${factor} times the size takes ${times('total')} times the time, ${times('allCpu')} times the CPU time of all processes and ${times('ownCpu')} times that of our own.`;
}

/** `docs/benchmarks-load.md`. */
export function renderLoadDocument({ machine, load, shapes }: LoadMeasurements): string {
  return [
    '# Benchmarks: large in one respect',
    '',
    'What a drill (dump, restore, proof at level `content`) takes of databases that are large in one respect, and how that grows.',
    'Our own process is promised less than 300 MB of memory, and nothing may grow faster than the database.',
    '',
    ...shapes.flatMap(({ shape, runs }) => {
      const [base, small, large] = runs;
      return [
        `## ${sentence(shape.title(shape.size))}`,
        '',
        ...table([head, head.map(() => '---'), ...runs.map(loadRow)]),
        '',
        ...(base === undefined || small === undefined || large === undefined ? [] : [growth(base, small, large), '']),
      ];
    }),
    '## Method',
    '',
    `- Machine: ${machine}; load average at the start: ${load.toFixed(1)}.`,
    '- The bundled command line runs `dump`, `restore` with `analyze: false` and `verify: {level: content}`, once each; source and copy lie on one throwaway server that syncs nothing.',
    '- The first size is next to nothing: what it takes is there at any size, and is subtracted from what grows.',
    '- To repeat it: `npm run bundle && node bench/load.ts --write`.',
    '',
  ].join('\n');
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.map(cells => `| ${cells.join(' | ')} |`);
}
