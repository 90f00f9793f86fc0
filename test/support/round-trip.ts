import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Manifest } from '../../src/dumpset/manifest.ts';
import type { RunReport } from '../../src/report/model.ts';
import { commandLine, compiled } from './command-line.ts';

/** A declared file as an object. A connection is a URL, or an object with one; the run gets URLs by variables. */
export interface Declaration {
  readonly connections: Readonly<Record<string, string | { readonly url: string; readonly [key: string]: unknown }>>;
  readonly client?: Readonly<Record<string, unknown>>;
  readonly timeouts?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

export type Step = Readonly<Record<string, unknown>>;

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunResult extends CommandResult {
  /** As report.json holds it: what is undefined in the model is null here. */
  readonly report: RunReport;
  readonly junit: string;
}

/** A folder for runs of the command line, with a folder for temporary files beside it. */
export interface Workspace extends AsyncDisposable {
  readonly folder: string;
  /** Writes a file and the folders above it; returns its absolute path. */
  write(path: string, content: string): Promise<string>;
  /** `pg-roundtrip run` with a report, as a process of its own. */
  run(declaration: Declaration, environment?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** Any other command; `declaration` is written to `pg-roundtrip.yml` first. */
  command(
    parameters: readonly string[],
    declaration?: Declaration,
    environment?: Readonly<Record<string, string>>,
  ): Promise<CommandResult>;
  manifest(dumpSet: string): Promise<Manifest>;
  /** What runs have left among the temporary files. */
  leftovers(): Promise<readonly string[]>;
}

export async function makeWorkspace(): Promise<Workspace> {
  const base = await mkdtemp(join(tmpdir(), 'round-trip-'));
  const [folder, home, temporary] = await Promise.all(
    ['workspace', 'home', 'temporary'].map(async name => {
      await mkdir(join(base, name));
      return join(base, name);
    }),
  );
  if (folder === undefined || home === undefined || temporary === undefined) throw new Error('no folders');

  const workspace: Workspace = {
    folder,
    async write(path, content) {
      const full = join(folder, path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, content);
      return full;
    },
    async run(declaration, environment = {}) {
      await rm(join(folder, 'report'), { recursive: true, force: true });
      const result = await workspace.command(['run', '--report-path=report'], declaration, environment);
      const read = (name: string) =>
        readFile(join(folder, 'report', name), 'utf8').catch(() => {
          throw new Error(`the run wrote no ${name}; it said:\n${result.stdout}\n${result.stderr}`);
        });
      const report = JSON.parse(await read('report.json')) as RunReport;
      return { ...result, report, junit: await read('junit.xml') };
    },
    async command(parameters, declaration, environment = {}) {
      if (declaration !== undefined) await workspace.write('pg-roundtrip.yml', fileOf(declaration));
      const child = spawn(process.execPath, [commandLine, ...parameters], {
        cwd: folder,
        env: { HOME: home, TMPDIR: temporary, ...compiled, ...urlsOf(declaration), ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { exitCode: child.exitCode, stdout, stderr };
    },
    manifest: async path => JSON.parse(await readFile(join(folder, path, 'manifest.json'), 'utf8')) as Manifest,
    leftovers: () => readdir(temporary),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
  return workspace;
}

function fileOf({ connections, ...rest }: Declaration): string {
  const declared = Object.entries(connections).map(([name, given]) => {
    const others = typeof given === 'string' ? {} : given;
    return [name, { ...others, url: `\${${variableOf(name)}}` }];
  });
  return JSON.stringify({ version: 1, connections: Object.fromEntries(declared), ...rest }, undefined, 2);
}

function urlsOf(declaration: Declaration | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(declaration?.connections ?? {}).map(([name, given]) => [
      variableOf(name),
      typeof given === 'string' ? given : given.url,
    ]),
  );
}

function variableOf(connection: string): string {
  return `URL_OF_${connection.toUpperCase()}`;
}
