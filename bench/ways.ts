import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Installation, programPath } from '../src/client/installation.ts';
import { chooseCompression, chooseJobs } from '../src/plan/choices.ts';
import type { Program } from '../src/postgres/process.ts';
import type { RunReport } from '../src/report/model.ts';
import type { Secret } from '../src/secret.ts';
import { measure, measureNode } from './measure.ts';

/** The server, the tools and the program to measure. */
export interface Surroundings {
  /** Without the password, which is in `password` and nowhere on a command line. */
  readonly url: (database: string) => string;
  readonly password: Secret;
  readonly client: Installation;
  readonly cores: number;
  /** Our command line's script. */
  readonly script: string;
}

/** One run of one way. */
export interface Timing {
  readonly dump: number;
  /** Everything, the dump included. */
  readonly total: number;
  /** CPU seconds of everything, the server included; unknown outside Linux. */
  readonly work?: number | undefined;
  readonly own?: OwnUse;
}

/** What only our own way can say. */
export interface OwnUse {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Seconds of each step, in order. */
  readonly steps: readonly number[];
}

/** A way to dump `source` into `folder` and, unless it only dumps, to restore it as `copy`. Leaves both behind. */
export interface Way {
  readonly name: WayName;
  readonly perform: (place: Place) => Promise<Timing>;
}

/** Names of the databases, and where files may lie. */
export interface Place {
  readonly source: string;
  readonly copy: string;
  readonly folder: string;
}

export type WayName = 'naive' | 'tuned' | 'dump' | 'restore' | 'drill' | 'drill with analyze';

export function waysOf(surroundings: Surroundings): readonly Way[] {
  const { client, cores } = surroundings;
  const jobs = String(chooseJobs('auto', cores).value);
  const compress = chooseCompression('auto', client.version.major).value;
  return [
    script('naive', surroundings, { dump: ['-Fc'], restore: [] }),
    script('tuned', surroundings, { dump: ['-Fd', '-j', jobs, '-Z', compress], restore: ['-j', jobs] }),
    ours('dump', surroundings, []),
    ours('restore', surroundings, [restoreStep(false)]),
    ours('drill', surroundings, [restoreStep(false), verifyStep]),
    ours('drill with analyze', surroundings, [restoreStep(true), verifyStep]),
  ];
}

/** What a person would write in a shell: dump, create, restore, and no look at the result. */
function script(
  name: WayName,
  { url, client, password }: Surroundings,
  options: { readonly dump: readonly string[]; readonly restore: readonly string[] },
): Way {
  const tool = (program: Program, ...parameters: readonly string[]) =>
    measure({
      program: programPath(client.folder, program),
      arguments: parameters,
      environment: { PGPASSWORD: password.reveal() },
    });
  return {
    name,
    async perform({ source, copy, folder }) {
      const archive = join(folder, 'archive');
      const dump = await tool('pg_dump', ...options.dump, '-f', archive, '-d', url(source));
      const created = await tool('psql', '-Xqc', `create database ${copy} template template0`, '-d', url('postgres'));
      const restore = await tool('pg_restore', ...options.restore, '-d', url(copy), archive);
      return { dump: dump.seconds, total: dump.seconds + created.seconds + restore.seconds };
    },
  };
}

export const restoreStep = (analyze: boolean) =>
  `  - restore: { into: there, as: { $SOURCE: $COPY }, analyze: ${analyze} }`;
const verifyStep = '  - verify: { level: counts }';

function ours(name: WayName, surroundings: Surroundings, steps: readonly string[]): Way {
  return { name, perform: ourOwn(surroundings, steps) };
}

/** A dump by our command line, and the steps that follow it, in which $SOURCE and $COPY are the names of the databases. */
export function ourOwn({ url, password, script }: Omit<Surroundings, 'client' | 'cores'>, steps: readonly string[]) {
  return async ({ source, copy, folder }: Place): Promise<Timing & { readonly own: OwnUse }> => {
    await mkdir(folder, { recursive: true });
    const declared = [
      'version: 1',
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the declared file
      'connections:',
      '  here: { url: "${HERE}", password: "${PASSWORD}" }',
      '  there: { url: "${THERE}", password: "${PASSWORD}" }',
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the declared file
      `steps:\n  - dump: { from: here, databases: [${source}], to: dumped }`,
      ...steps,
    ];
    const text = declared.join('\n').replaceAll('$SOURCE', source).replaceAll('$COPY', copy);
    await writeFile(join(folder, 'drill.yml'), text);
    const measured = await measureNode({
      arguments: [script, 'run', 'drill.yml', '--json', `--working-directory=${folder}`],
      environment: { HERE: url(source), THERE: url('postgres'), PASSWORD: password.reveal() },
    });
    const report = JSON.parse(measured.stdout) as RunReport;
    const [dump = Number.NaN] = report.steps.map(step => step.seconds);
    return {
      // Alone, a dump is the whole program; in a longer run it is one of the steps.
      dump: steps.length === 0 ? measured.seconds : dump,
      total: measured.seconds,
      own: {
        cpuSeconds: measured.cpuSeconds,
        peakBytes: measured.peakBytes,
        steps: report.steps.map(step => step.seconds),
      },
    };
  };
}
