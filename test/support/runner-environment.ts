import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileCommands } from './file-commands.ts';

const fileCommands = ['output', 'state', 'env', 'path', 'step_summary'] as const;
type FileCommand = (typeof fileCommands)[number];

/** What a step left in the files that the runner gave it. */
export interface FileCommandResults {
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Folders that later steps find first on their PATH, in the order of the file. */
  readonly paths: readonly string[];
  /** What later steps get as environment. */
  readonly exported: Readonly<Record<string, string>>;
  /** The job summary as it was written, before the runner masks it. */
  readonly summary: string;
}

/** A folder of empty files for one step, their variables, and what was written to them afterwards. */
export async function openFileCommands() {
  const folder = await mkdtemp(join(tmpdir(), 'file-commands-'));
  const fileOf = (command: FileCommand) => join(folder, command);
  for (const command of fileCommands) await writeFile(fileOf(command), '');
  const text = (command: FileCommand) => readFile(fileOf(command), 'utf8');
  return {
    environment: Object.fromEntries(fileCommands.map(command => [`GITHUB_${command.toUpperCase()}`, fileOf(command)])),
    results: async (): Promise<FileCommandResults> => ({
      outputs: readFileCommands(await text('output')),
      state: readFileCommands(await text('state')),
      paths: (await text('path')).split('\n').filter(line => line !== ''),
      exported: readFileCommands(await text('env')),
      summary: await text('step_summary'),
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface Job {
  readonly workspace: string;
  /** RUNNER_TEMP: lives as long as the job, so main and post share it. */
  readonly temporary: string;
  /** The payload of the event; by default that of a private repository. */
  readonly event?: unknown;
}

/** The environment that a runner gives to an action, from scratch: nothing of the test's own but PATH. */
export async function jobEnvironment(job: Job): Promise<Record<string, string>> {
  const eventFile = join(job.temporary, '_event.json');
  const tools = join(job.temporary, '_tools');
  await mkdir(tools, { recursive: true });
  await writeFile(eventFile, JSON.stringify(job.event ?? { repository: { private: true, visibility: 'private' } }));
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: job.temporary,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'someone',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_JOB: 'test',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'example/shop',
    GITHUB_REPOSITORY_OWNER: 'example',
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'test',
    GITHUB_WORKSPACE: job.workspace,
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'loopback',
    RUNNER_OS: process.platform === 'darwin' ? 'macOS' : 'Linux',
    RUNNER_TEMP: job.temporary,
    RUNNER_TOOL_CACHE: tools,
  };
}
