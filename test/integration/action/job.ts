import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { type ActionOptions, type ActionRun, runAction } from '../../support/action-runner.ts';
import { readRunnerLog } from '../../support/runner-log.ts';

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly main: string; readonly post: string };
}

/** What `action.yml` tells the runner. */
export const metadata: Metadata = parse(readFileSync('action.yml', 'utf8'));

type Inputs = Readonly<Record<string, string>>;
type Options = Pick<
  ActionOptions,
  'bundle' | 'environment' | 'event' | 'cancelAt' | 'cancelWhen' | 'killWhen' | 'limitMilliseconds'
>;

/** One job: the steps of it share a workspace and a folder for temporary files. */
export interface TestJob extends AsyncDisposable {
  readonly workspace: string;
  readonly temporary: string;
  /** Writes a file of the repository; returns its path in the workspace. */
  write(path: string, text: string): Promise<string>;
  /** Runs a step with this action, or with another file as one. */
  step(inputs: Inputs, options?: Partial<Options>): Promise<ActionRun>;
  /** Runs the post of the last step that used this action, as the runner does at the end of the job. */
  post(): Promise<ActionRun>;
}

/** Starts a job whose steps see `environment`, such as that of the results service. */
export async function openJob(environment: ActionOptions['environment'] = {}): Promise<TestJob> {
  const folder = await mkdtemp(join(tmpdir(), 'action-job-'));
  const [workspace, temporary] = [join(folder, 'workspace'), join(folder, 'temporary')];
  await mkdir(workspace);
  await mkdir(temporary);
  let last: { readonly options: ActionOptions; readonly run: ActionRun } | undefined;

  return {
    workspace,
    temporary,
    async write(path, text) {
      await mkdir(dirname(join(workspace, path)), { recursive: true });
      await writeFile(join(workspace, path), text);
      return path;
    },
    async step(inputs, given = {}) {
      const options: ActionOptions = {
        bundle: bundled(metadata.runs.main),
        ...given,
        entry: 'main',
        workspace,
        temporary,
        inputs: { ...defaults(), ...inputs },
        environment: { ...environment, ...given.environment },
      };
      const run = await runAction(options);
      last = { options, run };
      return run;
    },
    post() {
      if (last === undefined) throw new Error('there was no step');
      const { cancelAt: _at, cancelWhen: _when, killWhen: _kill, ...options } = last.options;
      return runAction({ ...options, entry: 'post', bundle: bundled(metadata.runs.post), state: last.run.state });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A wrong end is told together with the log, without which it says nothing; null where a signal ended the process. */
export function expectExit(run: ActionRun, exitCode: number | null): void {
  if (run.exitCode === exitCode) return;
  throw new Error(`the action ended with ${run.exitCode} instead of ${exitCode}\n${run.log}`);
}

/** All that a step leaves where people or later steps can read it, commands that register masks aside. */
export async function leftBy(
  run: ActionRun,
  job: Pick<TestJob, 'workspace'>,
): Promise<Readonly<Record<string, string>>> {
  const folder = run.outputs['report-path'];
  const names = folder === undefined ? [] : await readdir(folder);
  const files = await Promise.all(names.map(async name => [name, await readFile(join(folder ?? '', name), 'utf8')]));
  const { lines, commands } = readRunnerLog(run.log);
  return {
    log: lines.join('\n'),
    commands: JSON.stringify(commands.filter(command => command.name !== 'add-mask')),
    outputs: Object.values(run.outputs).join('\n'),
    state: Object.values(run.state).join('\n'),
    exported: Object.values(run.exported).join('\n'),
    summary: run.summary,
    ...Object.fromEntries(files),
    workspace: (await readdir(job.workspace, { recursive: true })).join('\n'),
  };
}

/** What a reader of the log sees. */
export function shownLog(run: ActionRun): string {
  return readRunnerLog(run.log).lines.join('\n');
}

/** The runner gives every declared input, an empty text where there is no default. */
function defaults(): Inputs {
  return Object.fromEntries(Object.entries(metadata.inputs).map(([name, input]) => [name, input.default ?? '']));
}

/** The committed bundles; PG_ROUNDTRIP_DIST names another folder while one is at work on the source. */
export function distFolder(): string {
  return resolve(process.env['PG_ROUNDTRIP_DIST'] ?? 'dist');
}

/** The command line as users start it. */
export function bundledCommandLine(): string {
  return join(distFolder(), 'cli/index.js');
}

function bundled(file: string): string {
  return join(distFolder(), relative('dist', file));
}
