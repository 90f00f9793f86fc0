import { spawn } from 'node:child_process';
import { fault } from '../errors.ts';

export interface PasswordCommandOptions {
  /** Its program and its arguments; there is no shell. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Called with whatever it writes, before anybody can see any of it. */
  readonly mask: (text: string) => void;
}

/** Bytes of output that are read at most; a password has less. */
const mostOutput = 65_536;

/** What a CI gives to this process alone. */
const ours = /^(?:INPUT_|STATE_|ACTIONS_(?!ID_TOKEN_))/;

/**
 * Runs a command that prints a password, for tokens that last minutes. Of its standard output the first line counts.
 *
 * @throws PGR207 when it fails, prints nothing or takes too long, with what it said on standard error.
 */
export async function runPasswordCommand(options: PasswordCommandOptions): Promise<string> {
  const { command, environment, folder, seconds, signal, mask } = options;
  const [program = '', ...parameters] = command;
  signal.throwIfAborted();
  const end = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  const child = spawn(program, parameters, {
    cwd: folder,
    env: Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name))),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const kill = () => killGroup(child.pid);
  end.addEventListener('abort', kill, { once: true });
  process.prependOnceListener('exit', kill);
  try {
    const [output, said, status] = await Promise.all([
      collected(child.stdout),
      collected(child.stderr),
      new Promise<number | string>(resolve => {
        child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        child.once('exit', (code, signalName) => {
          // What it has left running would hold the output open.
          kill();
          resolve(code ?? signalName ?? 'unknown');
        });
      }),
    ]);
    const password = (output.split('\n')[0] ?? '').replace(/\r$/, '');
    // In a failure too: what it printed until then may be a password.
    for (const line of output.split(/\r?\n/)) if (line.trim() !== '') mask(line);
    signal.throwIfAborted();
    if (end.aborted) throw failed(program, `has not ended after ${seconds} s`, said, output);
    if (typeof status === 'string') throw failed(program, `could not be run (${status})`, said, output);
    if (status !== 0) throw failed(program, `ended with exit code ${status}`, said, output);
    if (password === '') throw failed(program, 'printed no password in its first line', said, output);
    return password;
  } finally {
    end.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

async function collected(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of stream) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size <= mostOutput) pieces.push(bytes);
    }
  } catch {
    // A killed program leaves a broken pipe; how it ended says more.
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The last lines that it said, without anything of what it printed. */
function failed(program: string, what: string, said: string, output: string): Error {
  const secrets = output.split(/\r?\n/).filter(line => line.trim() !== '');
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), said);
  const lines = shown
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '');
  const words = lines.length === 0 ? '' : `: ${lines.slice(-3).join(' ')}`;
  return fault(
    'PGR207',
    `password-command ${program} ${what}${words}`,
    'run it by hand in the same environment; its first line has to be the password',
  );
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
