import { type ChildProcess, spawn } from 'node:child_process';
import { fault } from '../errors.ts';
import { childEnvironment } from './child-environment.ts';
import { createLineSplitter } from './lines.ts';
import { watchActivity } from './process-activity.ts';
import { feed } from './process-input.ts';

/** A program of the Postgres client, by its own name. */
export type Program = 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'psql';

/** One program to start: never through a shell, never with a secret among its arguments. */
export interface Command {
  readonly program: Program;
  /** Absolute path of the program. */
  readonly path: string;
  readonly arguments: readonly string[];
  /** Added to the allow-listed environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ProcessOptions {
  /** Ends the program and everything that it has started; the run then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Gets each line of standard error, without its line end. */
  readonly onLine: (line: string) => void;
  /** Called with its process as soon as it is started, before it has done anything. */
  readonly onStart?: (pid: number) => void;
  /** Called while the program is seen at work; never while it only waits. */
  readonly onActive?: () => void;
  /** What the program reads; without it, it finds nothing to read. If it fails, the program is killed before it sees an end. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Gets what the program writes; without it, that is thrown away. */
  readonly onOutput?: (bytes: Buffer) => void;
}

/** Starts programs. Resolves with the exit code; rejects if the program could not be started, was killed or aborted. */
export type RunProcess = (command: Command, options: ProcessOptions) => Promise<number>;

/** Between asking a program to end and killing it. The runner of a CI leaves us about 7 seconds in all. */
const graceMilliseconds = 1_500;

/** Makes the process runner of this machine; `own` is the environment to choose the inherited variables from. */
export function createProcessRunner(own: Readonly<Record<string, string | undefined>>): RunProcess {
  return (command, options) => run(command, childEnvironment(own, command.environment), options);
}

async function run(command: Command, environment: Record<string, string>, options: ProcessOptions): Promise<number> {
  options.signal.throwIfAborted();
  const { promise, resolve, reject } = deferred<number>();
  const child = start(command, environment, options);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => signalGroup(child.pid, 'SIGKILL');
  const end = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    killer = setTimeout(kill, graceMilliseconds);
  };
  options.signal.addEventListener('abort', end, { once: true });
  // Whoever ends this process in a hurry has no time for SIGTERM.
  process.prependOnceListener('exit', kill);
  const lines = createLineSplitter(options.onLine);
  // Where not even the pipes could be made, there is no standard error to read.
  let inputFailure: { readonly reason: unknown } | undefined;
  child.once('spawn', () => {
    child.stderr?.on('data', (bytes: Buffer) => lines.write(bytes));
    child.stdout?.on('data', (bytes: Buffer) => options.onOutput?.(bytes));
    if (child.stdin !== null && options.input !== undefined) {
      feed(child.stdin, options.input, reason => {
        inputFailure = { reason };
        kill();
      });
    }
  });

  const unwatch = child.pid === undefined ? () => {} : watchActivity(child.pid, () => options.onActive?.());

  const ended = (): void => {
    unwatch();
    options.signal.removeEventListener('abort', end);
    process.removeListener('exit', kill);
    clearTimeout(killer);
  };
  child.once('error', error => {
    ended();
    reject(cannotStart(command, error));
  });
  child.once('exit', () => {
    // A killed leader of a parallel job leaves workers that would go on and finish a half-made dump. They also hold the
    // output open, so `close` would come only after that.
    kill();
    // What has left the group may hold it for ever.
    setTimeout(() => {
      child.stderr?.destroy();
      child.stdout?.destroy();
    }, graceMilliseconds).unref();
    child.stdin?.destroy();
  });
  child.once('close', (code, signal) => {
    ended();
    lines.end();
    if (options.signal.aborted) reject(options.signal.reason);
    else if (inputFailure !== undefined) reject(inputFailure.reason);
    else if (code !== null) resolve(code);
    else reject(killed(command, signal));
  });
  return promise;
}

function start(
  command: Command,
  environment: Record<string, string>,
  { input, onOutput }: ProcessOptions,
): ChildProcess {
  try {
    // A process group of its own: parallel jobs of pg_dump and pg_restore are further processes, to be ended with it.
    return spawn(command.path, command.arguments, {
      env: environment,
      stdio: [input === undefined ? 'ignore' : 'pipe', onOutput === undefined ? 'ignore' : 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    // Some reasons come as an event, others (a program of another processor, too long arguments) are thrown.
    throw cannotStart(command, error instanceof Error ? error : new Error(String(error)));
  }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // The group has ended already.
  }
}

function cannotStart(command: Command, error: NodeJS.ErrnoException): Error {
  const remedy =
    error.code === 'EACCES'
      ? 'the folder may be mounted noexec, or the file not executable: name another one in client.path'
      : 'check client.path and the installation';
  return fault(
    'PGR212',
    `${command.program} could not be started from ${command.path}: ${error.code ?? error.message}`,
    remedy,
    error,
  );
}

function killed(command: Command, signal: NodeJS.Signals | null): Error {
  return fault(
    'PGR211',
    `${command.program} was ended by ${signal ?? 'a signal'}`,
    signal === 'SIGKILL'
      ? 'the machine may have run out of memory: use fewer jobs or a larger machine'
      : 'run it again',
  );
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
