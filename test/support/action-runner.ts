import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { collectLog } from './child-log.ts';
import { type FileCommandResults, type Job, jobEnvironment, openFileCommands } from './runner-environment.ts';
import { type RunnerLog, readRunnerLog } from './runner-log.ts';

export interface ActionOptions extends Job {
  /** `post` is the second start of the same action, with the state that main has saved. */
  readonly entry: 'main' | 'post';
  /** The file that `action.yml` names for this entry; a TypeScript file works too. */
  readonly bundle: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Added to the job's environment, such as that of the results service; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What main has saved, for post. */
  readonly state?: Readonly<Record<string, string>>;
  /** Cancels the run as soon as the log matches. */
  readonly cancelAt?: RegExp;
  /** Cancels the run as soon as this comes true. */
  readonly cancelWhen?: Promise<unknown>;
  /** Kills the process as soon as this comes true, as a machine that fails does. */
  readonly killWhen?: Promise<unknown>;
  /** Kills a run that takes longer. Default: two minutes. */
  readonly limitMilliseconds?: number;
}

export interface ActionRun extends FileCommandResults, Pick<RunnerLog, 'masks' | 'annotations' | 'commands'> {
  /** Null where a signal ended the process. */
  readonly exitCode: number | null;
  /** The signals that a cancelled run was sent, in order. */
  readonly signals: readonly NodeJS.Signals[];
  /** stdout and stderr, raw. */
  readonly log: string;
}

/**
 * Starts an action's file as GitHub's runner does: Node without flags, the workspace as current folder, an environment
 * from scratch, inputs as INPUT_NAME (upper case, spaces as underscores, dashes kept), saved state as STATE_name.
 */
export async function runAction(options: ActionOptions): Promise<ActionRun> {
  const files = await openFileCommands();
  try {
    const child = spawn(process.execPath, [options.bundle], {
      cwd: options.workspace,
      env: { ...(await jobEnvironment(options)), ...files.environment, ...variablesOf(options) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const signals: NodeJS.Signals[] = [];
    const { cancelAt, cancelWhen, killWhen } = options;
    cancelWhen?.then(
      () => cancel(child, signals),
      () => undefined,
    );
    killWhen?.then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    const cancelWhenDue = (text: string) => {
      if (signals.length === 0 && cancelAt?.test(text)) void cancel(child, signals);
    };
    const log = collectLog(child, cancelAt === undefined ? undefined : cancelWhenDue);
    const exitCode = await ended(child, options.limitMilliseconds ?? 120_000);
    log.end();
    const { masks, annotations, commands } = readRunnerLog(log.text());
    return { ...(await files.results()), exitCode, signals, log: log.text(), masks, annotations, commands };
  } finally {
    await files.remove();
  }
}

function variablesOf({
  inputs = {},
  state = {},
  environment = {},
  entry,
}: ActionOptions): Record<string, string | undefined> {
  const named = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  const saved = Object.entries(entry === 'post' ? state : {}).map(([name, value]) => [`STATE_${name}`, value]);
  return { ...Object.fromEntries(named), ...Object.fromEntries(saved), ...environment };
}

/** Only the process itself is signalled, never its children (actions/runner, ProcessInvoker). */
async function cancel(child: ChildProcess, signals: NodeJS.Signals[]): Promise<void> {
  const plan = [
    { signal: 'SIGINT', wait: 7500 },
    { signal: 'SIGTERM', wait: 2500 },
    { signal: 'SIGKILL', wait: 0 },
  ] as const;
  for (const { signal, wait } of plan) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signals.push(signal);
    child.kill(signal);
    await Promise.race([once(child, 'exit'), delay(wait, undefined, { ref: false })]);
  }
}

/** Output that a left-over grandchild holds open is waited for no longer than the runner does: five seconds. */
async function ended(child: ChildProcess, limitMilliseconds: number): Promise<number | null> {
  const closed = once(child, 'close');
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMilliseconds);
  await once(child, 'exit');
  clearTimeout(limit);
  await Promise.race([closed, delay(5000, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return child.exitCode;
}
