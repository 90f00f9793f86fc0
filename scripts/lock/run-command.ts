import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command of apt or gpg sees of this process: where programs and settings are and how the network is reached. */
const inherited = [
  'PATH',
  'HOME',
  'APT_CONFIG',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
];

/** Runs a program to its end, without a shell, with messages in English. A program that cannot be started is an error. */
export async function runCommand(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const kept = inherited.flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(program, args, {
    env: { ...Object.fromEntries(kept), LC_ALL: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve, reject) => {
      child.once('error', cause => reject(new Error(`${program} cannot be started`, { cause })));
      child.once('close', code => resolve(code ?? -1));
    }),
  ]);
  return { status, stdout, stderr };
}

/** The output of a command that has to succeed. */
export async function outputOf(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(program, args, environment);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
