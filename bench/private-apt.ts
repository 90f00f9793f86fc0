import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianMirrors } from '../src/client/sealed/apt-sources.ts';
import { measure } from './measure.ts';

/** What one installation took, and how much came over the network. */
export interface Installed {
  readonly seconds: number;
  readonly requests: number;
  readonly bytes: number;
}

/** What apt believes to be there already. */
export type Beginning = 'this machine' | 'a bare image';

/**
 * `apt-get update`, `apt-get install` and unpacking, all below one folder: the machine's lists, cache, status and hooks
 * are left alone. The packages are unpacked, not configured, so real installations take longer than this.
 */
export async function installByApt(folder: string, major: number, beginning: Beginning): Promise<Installed> {
  const configuration = await prepare(folder, beginning);
  const run = (program: string, ...parameters: readonly string[]) =>
    measure({
      program,
      arguments: parameters,
      environment: { APT_CONFIG: configuration, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
  const update = await run('apt-get', 'update');
  const download = await run(
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    '--download-only',
    `postgresql-client-${major}`,
  );
  const archives = join(folder, 'cache/archives');
  const packages = (await readdir(archives)).filter(name => name.endsWith('.deb')).map(name => join(archives, name));
  const unpack = await run('sh', '-c', 'for each; do dpkg -x "$each" "$0"; done', join(folder, 'root'), ...packages);
  const sizes = await Promise.all(packages.map(async path => (await stat(path)).size));
  return {
    seconds: update.seconds + download.seconds + unpack.seconds,
    requests: requestsOf(update.stdout) + packages.length,
    bytes: fetchedBytes(update.stdout) + sizes.reduce((sum, one) => sum + one, 0),
  };
}

async function prepare(folder: string, beginning: Beginning): Promise<string> {
  for (const name of ['lists/partial', 'cache/archives/partial', 'root'])
    await mkdir(join(folder, name), { recursive: true });
  const [status, sources, configuration] = ['status', 'sources.list', 'apt.conf'].map(name => join(folder, name));
  if (status === undefined || sources === undefined || configuration === undefined) throw new Error('no files');
  await writeFile(
    status,
    beginning === 'a bare image' ? '' : withoutClient(await readFile('/var/lib/dpkg/status', 'utf8')),
  );
  await writeFile(sources, await sourcesText());
  const { stdout } = await measure({ program: 'apt-config', arguments: ['dump'] });
  const proxies = stdout.split('\n').filter(line => /^Acquire::https?::Proxy/i.test(line));
  const lines = [
    ...proxies,
    'Dir::Etc::main "/dev/null";',
    'Dir::Etc::parts "/dev/null";',
    'Dir::Etc::sourceparts "/dev/null";',
    `Dir::Etc::sourcelist "${sources}";`,
    `Dir::State::lists "${join(folder, 'lists')}";`,
    `Dir::State::status "${status}";`,
    `Dir::Cache "${join(folder, 'cache')}";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Debug::NoLocking "true";',
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  return configuration;
}

/** As a machine that has everything but the client, libpq included: others may depend on that. */
function withoutClient(status: string): string {
  const stanzas = status.split(/\n\n+/);
  return stanzas.filter(one => !/^Package: postgresql.*$/m.test(one)).join('\n\n');
}

/** Debian and its security updates of this machine's suite, from its own mirror. */
export async function sourcesText(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1];
  const parts = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(await readdir(parts).catch(() => [])).map(name => join(parts, name))];
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => '')));
  const line = (archive: 'debian' | 'debian-security', name: string) =>
    debianMirrors(texts.join('\n\n'), archive)
      .slice(0, 1)
      .map(url => `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${url} ${name} main`);
  const lines = [...line('debian', `${suite}`), ...line('debian-security', `${suite}-security`)];
  if (suite === undefined || lines.length === 0) throw new Error('this machine is no Debian with apt');
  return `${lines.join('\n')}\n`;
}

export function requestsOf(output: string): number {
  return [...output.matchAll(/^(?:Get|Hit|Ign):/gm)].length;
}

/** The sum of lines such as `Fetched 9,297 kB in 2s`, in apt's units of 1000. */
export function fetchedBytes(output: string): number {
  const fetched = [...output.matchAll(/^Fetched ([\d,.]+) ([kMG]?)B/gm)];
  const units: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };
  return fetched.reduce(
    (sum, [, number = '0', unit = '']) => sum + Number(number.replaceAll(',', '')) * (units[unit] ?? 1),
    0,
  );
}
