import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../../src/errors.ts';
import type { RunReport } from '../../src/report/model.ts';
import { collectLog } from './child-log.ts';
import { commandLine, compiled } from './command-line.ts';
import { processesMarked, type RunningProcess } from './processes.ts';

/** Folders for runs of the command line: what a run may fill, and nothing else. */
export interface Place extends AsyncDisposable {
  /** The run's current folder. */
  readonly workspace: string;
  /** The run's folder for temporary files; empty before and after. */
  readonly temporary: string;
  readonly home: string;
  /** Where runs write their report; outside of the workspace. */
  readonly report: string;
  /** Writes a file of the workspace, and the folders above it. */
  write(path: string, content: string): Promise<string>;
  /** Every path below the workspace and the folder for temporary files, but those that `write` has made. */
  remains(): Promise<readonly string[]>;
  /** Processes that runs of this place have started, or that were started for them. */
  processes(): Promise<readonly RunningProcess[]>;
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Runs as another user, as only root can arrange. */
  readonly user?: number;
  readonly command?: readonly string[];
  /** The file to start; by default the source of the command line. */
  readonly entry?: string;
  /** Kills a run that takes longer: a promise of bounded time was broken. Default: 60 000. */
  readonly limitMilliseconds?: number;
}

export interface CliEnd {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a terminal shows them. */
  readonly output: string;
  /** As report.json holds it; undefined if there is none. */
  readonly report: RunReport | undefined;
  /** The first that the report names. */
  readonly problem: Problem | undefined;
}

export interface CliRun {
  readonly pid: number;
  output(): string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<CliEnd>;
}

export async function makePlace(): Promise<Place> {
  const base = await mkdtemp(join(tmpdir(), 'faults-'));
  const folder = (name: string) => join(base, name);
  const own = new Set<string>();
  for (const name of ['workspace', 'temporary', 'home']) await mkdir(folder(name));
  return {
    workspace: folder('workspace'),
    temporary: folder('temporary'),
    home: folder('home'),
    report: folder('report'),
    async write(path, content) {
      const full = join(folder('workspace'), path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, content);
      for (let each = full; each !== folder('workspace'); each = dirname(each)) own.add(each);
      return full;
    },
    async remains() {
      const lists = await Promise.all(['workspace', 'temporary'].map(name => everythingBelow(folder(name))));
      return lists
        .flat()
        .filter(path => !own.has(path))
        .map(path => path.slice(base.length + 1));
    },
    processes: () => processesMarked(folder('temporary')),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

/** Lets another user work in a place. */
export async function handOver(place: Place, user: number): Promise<void> {
  await chmod(dirname(place.workspace), 0o711);
  await mkdir(place.report);
  for (const path of [place.workspace, place.temporary, place.home, place.report]) await chown(path, user, user);
}

async function everythingBelow(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).map(path => join(folder, path));
}

/** Starts `pg-roundtrip run` (or another command) as a process of its own, with nothing of our environment. */
export function startCli(place: Place, options: CliOptions = {}): CliRun {
  const { command = ['run', `--report-path=${place.report}`], entry = commandLine, environment, user } = options;
  const child = spawn(process.execPath, [entry, ...command], {
    cwd: place.workspace,
    env: { HOME: place.home, TMPDIR: place.temporary, ...compiled, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const log = collectLog(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('the command line could not be started');
  return {
    pid,
    output: () => log.text(),
    signal: name => void child.kill(name),
    ended: finish(child, log, join(place.report, 'report.json'), options.limitMilliseconds ?? 60_000),
  };
}

/** Runs it to its end. */
export function runCli(place: Place, options: CliOptions = {}): Promise<CliEnd> {
  return startCli(place, options).ended;
}

async function finish(
  child: ChildProcess,
  log: ReturnType<typeof collectLog>,
  reportFile: string,
  limitMilliseconds: number,
): Promise<CliEnd> {
  const parts: { stdout: string; stderr: string } = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (text: string) => {
      parts[name] += text;
    });
  }
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMilliseconds);
  const closed = once(child, 'close');
  await once(child, 'exit');
  clearTimeout(limit);
  // A tool that outlives the run may hold its output open; that is for the test to find.
  await Promise.race([closed, delay(2_000, undefined, { ref: false })]);
  log.end();
  const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as RunReport) : undefined;
  const problem = report?.steps.flatMap(step => step.problems)[0];
  return { exitCode: child.exitCode, ...parts, output: log.text(), report, problem };
}
