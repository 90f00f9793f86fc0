import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from '../../src/client/lock/lock.ts';
import { type AptSourcesOptions, aptConfiguration, aptSources, sourcesFile } from './apt-configuration.ts';
import { outputOf, runCommand } from './run-command.ts';
import { architectures, type Suite } from './sources.ts';

/** Indexes whose signatures and hashes apt has checked. */
export interface VerifiedIndexes extends AsyncDisposable {
  /** When the signed release file of a suite was made. */
  releasedAt(suite: Suite): Promise<Date>;
  /** The text of a suite's `Packages` file. */
  read(suite: Suite, architecture: Architecture): Promise<string>;
}

export interface PrivateAptOptions extends AptSourcesOptions {
  readonly networkSettings: readonly string[];
}

/** Lets an apt with a configuration, lists and keys of its own fetch and verify the indexes of the suites. */
export async function fetchIndexes(suites: readonly Suite[], options: PrivateAptOptions): Promise<VerifiedIndexes> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const environment = await configure(folder, suites, options);
    await update(environment);
    const files = await listFiles(environment);
    for (const suite of suites)
      for (const architecture of architectures)
        if (!files.has(listKey(suite, architecture, options)))
          throw new Error(`apt has no trusted index of ${suite.name} ${suite.component} for ${architecture}`);
    return {
      releasedAt: suite => releasedAt(suite, files.get(listKey(suite, architectures[0] ?? 'amd64', options)) ?? ''),
      read: (suite, architecture) =>
        outputOf(
          '/usr/lib/apt/apt-helper',
          ['cat-file', files.get(listKey(suite, architecture, options)) ?? ''],
          environment,
        ),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}

async function configure(
  folder: string,
  suites: readonly Suite[],
  options: PrivateAptOptions,
): Promise<Readonly<Record<string, string>>> {
  await mkdir(join(folder, 'state', 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const configuration = join(folder, 'apt.conf');
  const { networkSettings } = options;
  await writeFile(join(folder, 'status'), '');
  await writeFile(sourcesFile(folder), aptSources(suites, options));
  // Proxies can have passwords.
  await writeFile(configuration, aptConfiguration({ folder, root: process.getuid?.() === 0, networkSettings }), {
    mode: 0o600,
  });
  return { APT_CONFIG: configuration };
}

async function update(environment: Readonly<Record<string, string>>): Promise<void> {
  const { status, stdout, stderr } = await runCommand('apt-get', ['update'], environment);
  const complaints = updateComplaints(`${stdout}\n${stderr}`);
  if (status !== 0 || complaints.length > 0)
    throw new Error(`apt-get update did not verify every index (status ${status}):\n${complaints.join('\n')}`);
}

/** Warnings count: apt-get ends with 0 after them and goes on with older lists or fewer. */
export function updateComplaints(output: string): readonly string[] {
  return output.split('\n').filter(line => /^(?:W|E|Err):/.test(line));
}

async function listFiles(environment: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ARCHITECTURE)\t$(FILENAME)';
  const lines = await outputOf(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages', 'Trusted: yes'],
    environment,
  );
  return new Map(
    lines
      .split('\n')
      .map(line => line.split('\t'))
      .map(([key = '', file = '']) => [key, file]),
  );
}

function listKey(
  { archive, name, component }: Suite,
  architecture: Architecture,
  { mirrors }: AptSourcesOptions,
): string {
  return `${mirrors[archive].replace(/\/*$/, '/')} ${name} ${component} ${architecture}`;
}

/** apt keeps the release file beside the indexes that it vouches for, under the same address. */
async function releasedAt({ name }: Suite, index: string): Promise<Date> {
  const release = `${index.slice(0, index.lastIndexOf('_dists_'))}_dists_${name}_`;
  const text = await readFile(`${release}InRelease`, 'utf8').catch(() => readFile(`${release}Release`, 'utf8'));
  const date = new Date(/^Date: *(.+)$/m.exec(text)?.[1] ?? '');
  if (Number.isNaN(date.getTime())) throw new Error(`the release file of ${name} has no readable date`);
  return date;
}
