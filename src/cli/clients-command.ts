import { type Client, programsFolderOf } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import { fetchSet } from '../client/fetch-set.ts';
import { findInstallations } from '../client/installation.ts';
import { lock } from '../client/lock/packages.ts';
import { checkSealed, openSealed } from '../client/sealed/integrity.ts';
import { findCertificateFile } from '../client/sealed/tls-environment.ts';
import { sealedClients } from '../client/sealed-clients.ts';
import { fault } from '../errors.ts';
import { formatBytes, plural } from '../report/format.ts';

export interface ClientsCommand {
  readonly action: string | undefined;
  readonly major: string | undefined;
  readonly store: ClientStore;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** `client list`, `client which MAJOR` and `client install MAJOR`: what people and scripts may want of the clients. */
export async function clientsCommand(command: ClientsCommand): Promise<string> {
  const clients = await knownClients(command);
  switch (command.action ?? '') {
    case 'list':
      return (await Promise.all(clients.map(clientLine))).join('\n');
    case 'which':
      return installedFolder(chosen(clients, command.major));
    case 'install':
      return install(chosen(clients, command.major), command);
    default:
      throw fault(
        'PGR129',
        'client needs one of list, which and install',
        'write, for example, pg-roundtrip client install 17',
      );
  }
}

async function knownClients({ store, environment }: ClientsCommand): Promise<readonly Client[]> {
  const machine = { platform: process.platform, architecture: process.arch };
  return [
    ...(await findInstallations(environment)),
    ...sealedClients(lock, machine, store.folder, await findCertificateFile()),
  ];
}

function chosen(clients: readonly Client[], major: string | undefined): Client {
  if (major === undefined || !/^\d{1,2}$/.test(major)) {
    throw fault(
      'PGR129',
      'the major version of the client is missing',
      'write, for example, pg-roundtrip client install 17',
    );
  }
  const found = clients.find(client => client.version.major === Number(major));
  if (found !== undefined) return found;
  const texts = clients.map(client => client.version.text).join(', ');
  throw fault('PGR151', `no client of major ${major} can be had here`, `there are ${texts}`);
}

/**
 * Only what is there and sound.
 *
 * @throws PGR257 for a client that is still to be fetched, PGR254 for one that was changed.
 */
async function installedFolder(client: Client): Promise<string> {
  if (client.kind === 'sealed') {
    const { root, set, version } = client;
    if ((await openSealed(root, set)) === undefined) {
      throw fault(
        'PGR257',
        `client ${version.text} can be fetched, but is not installed yet`,
        `run pg-roundtrip client install ${version.major}`,
      );
    }
    await checkSealed(root, set);
  }
  return programsFolderOf(client);
}

async function install(client: Client, { store, environment, signal }: ClientsCommand): Promise<string> {
  if (client.kind === 'sealed') {
    await fetchSet(lock, client.set, client.root, { mirrors: [], environment, signal, packages: store.packages });
  }
  return programsFolderOf(client);
}

/** What the list says of one client. Those for macOS and Windows are marked: no test of this project has run them. */
export async function clientLine(client: Client): Promise<string> {
  const { version } = client;
  if (client.kind === 'installed') return `${version.text.padEnd(8)} installed  ${client.folder}`;
  const { packages, platform } = client.set;
  const unproven = platform === 'linux' ? '' : ', from conda-forge: unproven on this system';
  if ((await openSealed(client.root, client.set)) !== undefined)
    return `${version.text.padEnd(8)} fetched    ${programsFolderOf(client)}${unproven}`;
  const bytes = packages.reduce((sum, one) => sum + one.bytes, 0);
  return `${version.text.padEnd(8)} locked     ${plural(packages.length, 'package')}, ${formatBytes(bytes)}${unproven}`;
}
