import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { ActionRun } from '../../support/action-runner.ts';
import { runtimeToken } from '../../support/results-service.ts';
import { expectExit, openJob, type TestJob } from '../action/job.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

export interface WorkflowOptions {
  /** The run's number, by which others find what it publishes. */
  readonly run: number;
  /** What expressions such as `secrets.NAME` and `inputs.NAME` give. */
  readonly values: Readonly<Record<string, string>>;
  /** The environment of the job, such as that of the results service. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called after the last step, before the job ends. */
  readonly whileRunning?: (action: ActionRun, job: TestJob) => Promise<void>;
  /** Files of the repository, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../../../examples');

export const exampleNames: readonly string[] = readdirSync(root).filter(name => !name.includes('.'));

function workflowOf(name: string): Workflow {
  return parse(readFileSync(join(root, name, 'workflow.yml'), 'utf8')) as Workflow;
}

/**
 * Runs the one job of an example as its workflow says, with the repository laid out as its comment says: the action
 * with its inputs and environment, `run` by bash, and the action's post at the end. Gives what the action did.
 */
export async function runWorkflow(name: string, options: WorkflowOptions): Promise<ActionRun> {
  const { run, environment, values } = options;
  await using job = await openJob({
    ...environment,
    ACTIONS_RUNTIME_TOKEN: runtimeToken(`Actions.Results:run-${run}:job-1`),
    GITHUB_RUN_ID: String(4710 + run),
  });
  // A server that is started as another user has to reach its folder, as on a runner.
  await chmod(dirname(job.temporary), 0o711);
  const [{ steps } = { steps: [] }] = Object.values(workflowOf(name).jobs);
  const known: Record<string, string> = { ...values };
  const paths: string[] = [];
  let action: ActionRun | undefined;
  for (const step of steps) {
    const [given, env] = [step.with, step.env].map(map => evaluated(map ?? {}, known));
    if (step.uses?.startsWith('actions/checkout@')) await checkOut(name, job, options.files ?? {});
    else if (step.uses?.startsWith('pg-roundtrip/pg-roundtrip@')) {
      action = await job.step(given ?? {}, { environment: env ?? {}, limitMilliseconds: 300_000 });
      expectExit(action, 0);
      paths.unshift(...action.paths);
      for (const [output, value] of Object.entries(action.outputs)) known[`steps.${step.id}.outputs.${output}`] = value;
    } else await bash(step.run ?? '', job, { ...env, PATH: [...paths, process.env['PATH']].join(delimiter) });
  }
  if (action === undefined) throw new Error(`${name} has no step with the action`);
  await options.whileRunning?.(action, job);
  expectExit(await job.post(), 0);
  return action;
}

/** The example's files lie where its comment tells people to copy them. */
async function checkOut(name: string, job: TestJob, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(job.workspace, 'pg-roundtrip'));
  for (const file of readdirSync(join(root, name)).filter(each => each !== 'workflow.yml'))
    await copyFile(join(root, name, file), join(job.workspace, 'pg-roundtrip', file));
  for (const [path, content] of Object.entries(files)) await job.write(path, content);
}

function evaluated(map: Readonly<Record<string, string>>, known: Readonly<Record<string, string>>) {
  const entries = Object.entries(map).map(([key, value]) => [
    key,
    String(value).replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
      const found = known[name];
      if (found === undefined) throw new Error(`the workflow wants ${name}, which this test does not give`);
      return found;
    }),
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

async function bash(script: string, job: TestJob, environment: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: job.workspace,
    env: { HOME: job.temporary, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`a step of the workflow ended with ${code}\n${await output}${await errors}`);
}
