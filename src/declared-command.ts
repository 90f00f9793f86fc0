import { spawn } from 'node:child_process';

/** A command that the declared file names: its program and its arguments, without a shell. */
export interface DeclaredCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Kills the command and everything that it has started. */
  readonly signal: AbortSignal;
  /** Bytes of output that are kept; what comes after them is read and thrown away. */
  readonly mostOutput: number;
}

export interface CommandEnding {
  readonly kind: 'exit' | 'signal' | 'not started' | 'aborted';
  /** Fits after the command's name: `ended with exit code 1`. */
  readonly how: string;
  readonly succeeded: boolean;
  readonly output: string;
  /** What it wrote to standard error. */
  readonly said: string;
}

/** What a CI gives to this process alone. */
const ours = /^(?:INPUT_|STATE_|PG_ROUNDTRIP_|ACTIONS_(?!ID_TOKEN_))/;

/** Runs a command to its end; however that is, it is told and not thrown. */
export async function runDeclaredCommand(given: DeclaredCommand): Promise<CommandEnding> {
  const { command, environment, folder, signal, mostOutput } = given;
  const [program = '', ...parameters] = command;
  signal.throwIfAborted();
  const child = spawn(program, parameters, {
    cwd: folder,
    env: Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name))),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  process.prependOnceListener('exit', kill);
  try {
    const [output, said, status] = await Promise.all([
      collected(child.stdout, mostOutput),
      collected(child.stderr, 65_536),
      new Promise<Pick<CommandEnding, 'kind' | 'how' | 'succeeded'>>(resolve => {
        child.once('error', (error: NodeJS.ErrnoException) =>
          resolve({ kind: 'not started', how: `could not be run (${error.code ?? error.message})`, succeeded: false }),
        );
        child.once('exit', (code, signalName) => {
          // What it has left running would hold the output open.
          kill();
          resolve(
            code === null
              ? { kind: 'signal', how: `was ended by ${signalName ?? 'a signal'}`, succeeded: false }
              : { kind: 'exit', how: `ended with exit code ${code}`, succeeded: code === 0 },
          );
        });
      }),
    ]);
    const aborted = { kind: 'aborted', how: 'was ended', succeeded: false } as const;
    return { ...(signal.aborted ? aborted : status), output, said };
  } finally {
    signal.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

/** The last lines of what a command said, in one. */
export function lastWords(said: string): string {
  const lines = said
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '');
  return lines.length === 0 ? '' : `: ${lines.slice(-3).join(' ')}`;
}

async function collected(stream: NodeJS.ReadableStream, most: number): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of stream) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size <= most) pieces.push(bytes);
    }
  } catch {
    // A killed program leaves a broken pipe; how it ended says more.
  }
  return Buffer.concat(pieces).toString('utf8');
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
