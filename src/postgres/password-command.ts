import { lastWords, runDeclaredCommand } from '../declared-command.ts';
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

/**
 * Runs a command that prints a password, for tokens that last minutes. Of its standard output the first line counts.
 *
 * @throws PGR207 when it fails, prints nothing or takes too long, with what it said on standard error.
 */
export async function runPasswordCommand(options: PasswordCommandOptions): Promise<string> {
  const { command, seconds, signal, mask } = options;
  const [program = ''] = command;
  signal.throwIfAborted();
  const end = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  const { output, said, how, succeeded } = await runDeclaredCommand({ ...options, signal: end, mostOutput });
  const password = (output.split('\n')[0] ?? '').replace(/\r$/, '');
  // In a failure too: what it printed until then may be a password.
  for (const line of output.split(/\r?\n/)) if (line.trim() !== '') mask(line);
  signal.throwIfAborted();
  if (end.aborted) throw failed(program, `has not ended after ${seconds} s`, said, output);
  if (!succeeded) throw failed(program, how, said, output);
  if (password === '') throw failed(program, 'printed no password in its first line', said, output);
  return password;
}

/** The last lines that it said, without anything of what it printed. */
function failed(program: string, what: string, said: string, output: string): Error {
  const secrets = output.split(/\r?\n/).filter(line => line.trim() !== '');
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), said);
  return fault(
    'PGR207',
    `password-command ${program} ${what}${lastWords(shown)}`,
    'run it by hand in the same environment; its first line has to be the password',
  );
}
