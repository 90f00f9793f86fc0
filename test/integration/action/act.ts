import { execFile, spawn } from 'node:child_process';
import { access, constants, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { distFolder } from './job.ts';

/** The program that runs workflows on this machine: PG_ROUNDTRIP_ACT, else `act` of the PATH; undefined where there is none. */
export async function findAct(): Promise<string | undefined> {
  const named = process.env['PG_ROUNDTRIP_ACT'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const path of named ? [named] : folders.map(folder => join(folder, 'act'))) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

export interface WorkflowRun {
  readonly exitCode: number | null;
  readonly log: string;
}

/** A repository that holds the action and one workflow, as a user of `uses: ./` has it. */
export interface WorkflowRepository extends AsyncDisposable {
  /** Runs the workflow on this machine: no containers, `services:` are ignored. */
  run(options: {
    readonly act: string;
    readonly secrets: Readonly<Record<string, string>>;
    readonly event: unknown;
    readonly environment: Readonly<Record<string, string>>;
  }): Promise<WorkflowRun>;
}

export async function workflowRepository(workflow: string): Promise<WorkflowRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'workflow-'));
  const [repository, home] = [join(folder, 'repository'), join(folder, 'home')];
  await mkdir(join(repository, '.github/workflows'), { recursive: true });
  await mkdir(home);
  await cp('action.yml', join(repository, 'action.yml'));
  await cp(distFolder(), join(repository, 'dist'), { recursive: true });
  await writeFile(join(repository, '.github/workflows/test.yml'), workflow);
  const git = (...parameters: string[]) => promisify(execFile)('git', parameters, { cwd: repository });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('-c', 'user.name=test', '-c', 'user.email=test@example.invalid', 'commit', '-q', '-m', 'first');

  return {
    async run({ act, secrets, event, environment }) {
      const [events, secretFile] = [join(folder, 'event.json'), join(folder, 'secrets')];
      await writeFile(events, JSON.stringify(event));
      const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`);
      await writeFile(secretFile, lines.join(''));
      const child = spawn(
        act,
        [
          'push',
          `--eventpath=${events}`,
          `--secret-file=${secretFile}`,
          '--platform=ubuntu-24.04=-self-hosted',
          // Only with this flag does act hand its own ACTIONS_RUNTIME_* on; its server itself does not know artifacts of version 6.
          `--artifact-server-path=${join(folder, 'artifacts')}`,
          '--artifact-server-addr=127.0.0.1',
          '--cache-server-addr=127.0.0.1',
        ],
        {
          cwd: repository,
          env: {
            // Actions are started with the `node` of the PATH.
            PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
            HOME: home,
            ...environment,
          },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
      return { exitCode, log: `${stdout}${stderr}` };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
