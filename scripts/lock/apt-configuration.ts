import { join } from 'node:path';
import type { Keyrings } from './keyrings.ts';
import type { Mirrors } from './machine-apt.ts';
import { architectures, type Suite } from './sources.ts';

export interface AptConfigurationOptions {
  /** A folder of its own: nothing of the machine's apt is read or changed but what is named here. */
  readonly folder: string;
  readonly root: boolean;
  /** Lines for proxies and certificate authorities, ready to be written. */
  readonly networkSettings: readonly string[];
}

/** A file for APT_CONFIG. The command line would be too late to keep the system's configuration and its hooks out. */
export function aptConfiguration({ folder, root, networkSettings }: AptConfigurationOptions): string {
  const settings: Readonly<Record<string, string>> = {
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::Etc::sourcelist': sourcesFile(folder),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::trusted': '/dev/null',
    'Dir::Etc::trustedparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'APT::Architecture': architectures[0] ?? '',
    'Acquire::Languages': 'none',
    'Acquire::GzipIndexes': 'true',
    'Acquire::Retries': '3',
    // A container may lack the user that apt changes to.
    ...(root && { 'APT::Sandbox::User': 'root' }),
  };
  return [
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    `APT::Architectures { ${architectures.map(name => `"${name}";`).join(' ')} };`,
    ...networkSettings,
    '',
  ].join('\n');
}

export function sourcesFile(folder: string): string {
  return join(folder, 'lock.sources');
}

export interface AptSourcesOptions {
  readonly mirrors: Mirrors;
  readonly keyrings: Keyrings;
  /** Reads indexes whose `Valid-Until` has passed. Somebody in between could then hold back security updates. */
  readonly acceptExpired: boolean;
}

/** The suites as sources of apt, each signed by its own publisher's keyring alone. */
export function aptSources(suites: readonly Suite[], { mirrors, keyrings, acceptExpired }: AptSourcesOptions): string {
  return suites
    .map(({ archive, name, component }) =>
      [
        'Types: deb',
        `URIs: ${mirrors[archive]}`,
        `Suites: ${name}`,
        `Components: ${component}`,
        `Architectures: ${architectures.join(' ')}`,
        `Signed-By: ${keyrings[archive === 'pgdg' ? 'pgdg' : 'debian']}`,
        ...(acceptExpired ? ['Check-Valid-Until: no'] : []),
        '',
      ].join('\n'),
    )
    .join('\n');
}
