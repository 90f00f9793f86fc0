import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a program took. */
export interface Measured {
  readonly seconds: number;
  readonly stdout: string;
}

/** What one of our own processes took: itself alone, without the tools that it started. */
export interface MeasuredNode extends Measured {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** The most that was in memory at once. */
  readonly peakBytes: number;
}

export interface Child {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whether what it prints goes nowhere. */
  readonly discard?: boolean;
}

/**
 * Runs in the measured process as it ends. The high-water mark of Linux is that of this program alone, while the maximum
 * of getrusage may be inherited from the process that started it.
 */
const tellUsage = `
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => {
    const usage = process.resourceUsage();
    let kibibytes = usage.maxRSS;
    try { kibibytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
    writeSync(3, JSON.stringify([(usage.userCPUTime + usage.systemCPUTime) / 1e6, kibibytes * 1024]));
  });`;

/** Runs a program. Throws with the end of what it said when it does not end well. */
export async function measure(child: Child): Promise<Measured> {
  const { seconds, stdout } = await run(child);
  return { seconds, stdout };
}

/** Runs a script with this Node. Throws as `measure` does. */
export async function measureNode(child: Omit<Child, 'program'>): Promise<MeasuredNode> {
  const told = await run({
    ...child,
    program: process.execPath,
    arguments: [`--import=data:text/javascript,${encodeURIComponent(tellUsage)}`, ...child.arguments],
  });
  const [cpuSeconds = Number.NaN, peakBytes = Number.NaN] = JSON.parse(told.usage) as readonly number[];
  return { seconds: told.seconds, stdout: told.stdout, cpuSeconds, peakBytes };
}

async function run(child: Child): Promise<Measured & { readonly usage: string }> {
  const started = performance.now();
  const running = spawn(child.program, child.arguments, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...child.environment },
    stdio: ['pipe', child.discard === true ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const [stdin, stdout, stderr, usage] = running.stdio;
  if (stdin === null || stderr === null) throw new Error('no pipes');
  stdin.on('error', () => undefined);
  stdin.end(child.input ?? '');
  const [[code], said, complained, told] = await Promise.all([
    once(running, 'close') as Promise<[number | null]>,
    stdout === null ? '' : text(stdout),
    text(stderr),
    usage === null || usage === undefined ? '' : text(usage as NodeJS.ReadableStream),
  ]);
  const seconds = (performance.now() - started) / 1000;
  if (code === 0) return { seconds, stdout: said, usage: told };
  throw new Error(`${child.program} ended with ${String(code)}:\n${(complained || said).slice(-2_000)}`);
}
