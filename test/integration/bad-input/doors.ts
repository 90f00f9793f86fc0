import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePlace, runCli } from '../../support/cli.ts';
import { bundledCommandLine, leftBy, openJob } from '../action/job.ts';
import { traces, urls } from '../faults/bench.ts';
import type { BadInput, Bench } from './bad-input.ts';

/** How a bad input ended. */
export interface Ending {
  readonly exitCode: number | null;
  /** Each problem that was told. */
  readonly problems: readonly ToldProblem[];
  /** All that people or later steps can read, by where it stands. */
  readonly shown: Readonly<Record<string, string>>;
  /** What lies there now and did not before. */
  readonly left: readonly string[];
}

interface ToldProblem {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly remedy: string | undefined;
  /** Of the declared file. */
  readonly line: number | undefined;
}

const file = 'trips/trip.yml';

/** Runs it as users start the command line. */
export async function byCommandLine(input: BadInput, bench: Bench): Promise<Ending> {
  await using place = await makePlace();
  await input.arrange?.(place, bench);
  if (input.file !== undefined) await place.write(file, input.file);
  const before = await traces(place);
  const named = Object.entries(input.inputs ?? {}).map(([name, value]) => [
    `PG_ROUNDTRIP_${name.toUpperCase().replaceAll('-', '_')}`,
    value,
  ]);
  const end = await runCli(place, {
    entry: bundledCommandLine(),
    command: ['run', ...(input.file === undefined ? [] : [file]), `--report-path=${place.report}`],
    environment: {
      ...urls(bench.server),
      GITHUB_API_URL: bench.service.origin,
      GITHUB_TOKEN: 'of-this-test',
      ...Object.fromEntries(named),
      ...input.environment,
    },
  });
  const problems = end.report?.steps.flatMap(step => step.problems) ?? [];
  return {
    exitCode: end.exitCode,
    problems: problems.map(({ at, ...problem }) => ({ ...problem, line: at?.line })),
    shown: { terminal: end.output, ...(await filesIn(place.report)) },
    left: (await traces(place)).filter(path => !before.includes(path)),
  };
}

/** Runs it by the bundled action. */
export async function byAction(input: BadInput, bench: Bench): Promise<Ending> {
  await using job = await openJob({ ...bench.service.environment, ...urls(bench.server), ...input.environment });
  await input.arrange?.(job, bench);
  if (input.file !== undefined) await job.write(file, input.file);
  const before = await readdir(job.workspace, { recursive: true });
  const run = await job.step(input.inputs ?? { config: file }, { event: input.event });
  return {
    exitCode: run.exitCode,
    problems: run.annotations
      .filter(({ level }) => level === 'error')
      .map(({ title, message: text, line }) => {
        const [message, remedy] = text.split('\n→ ');
        return { code: title, message, remedy, line };
      }),
    shown: await leftBy(run, job),
    left: (await readdir(job.workspace, { recursive: true })).filter(path => !before.includes(path)),
  };
}

async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder).catch(() => []);
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
