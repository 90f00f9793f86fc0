import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fault } from '../errors.ts';

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
}

/** Starts programs. Resolves with the exit code; rejects if the program could not be started, was killed or aborted. */
export type RunProcess = (command: Command, options: ProcessOptions) => Promise<number>;

/** Between asking a program to end and killing it. The runner of a CI leaves us about 7 seconds in all. */
const graceMilliseconds = 1_500;

/**
 * The only variables of our own environment that a program may see. The rest (inputs, tokens, PG* settings of the
 * machine) could redirect a connection or leak a secret; see libpq, "Environment Variables".
 */
const inherited = [
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'KRB5_CONFIG',
  'KRB5CCNAME',
  // By this, GitHub's runner finds and ends at the end of a job what a killed process has left (JobExtension).
  'RUNNER_TRACKING_ID',
];

export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = inherited.flatMap(name => (own[name] === undefined ? [] : [[name, own[name]] as const]));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', ...added };
}

/** Makes the process runner of this machine; `own` is the environment to choose the inherited variables from. */
export function createProcessRunner(own: Readonly<Record<string, string | undefined>>): RunProcess {
  return (command, options) => run(command, childEnvironment(own, command.environment), options);
}

function run(command: Command, environment: Record<string, string>, options: ProcessOptions): Promise<number> {
  const { promise, resolve, reject } = deferred<number>();
  if (options.signal.aborted) {
    reject(options.signal.reason);
    return promise;
  }
  // A process group of its own: parallel jobs of pg_dump and pg_restore are further processes, to be ended with it.
  const child = spawn(command.path, command.arguments, {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => signalGroup(child.pid, 'SIGKILL');
  const end = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    killer = setTimeout(kill, graceMilliseconds);
  };
  options.signal.addEventListener('abort', end, { once: true });
  // Whoever ends this process in a hurry has no time for SIGTERM.
  process.once('exit', kill);
  createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY }).on('line', options.onLine);

  const ended = (): void => {
    options.signal.removeEventListener('abort', end);
    process.removeListener('exit', kill);
    clearTimeout(killer);
  };
  child.once('error', error => {
    ended();
    reject(cannotStart(command, error));
  });
  // A killed leader of a parallel job leaves workers that would go on and finish a half-made dump. They also hold the
  // output open, so `close` would come only after that.
  child.once('exit', kill);
  child.once('close', (code, signal) => {
    ended();
    if (options.signal.aborted) reject(options.signal.reason);
    else if (code !== null) resolve(code);
    else reject(killed(command, signal));
  });
  return promise;
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
