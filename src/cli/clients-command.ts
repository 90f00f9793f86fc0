import { type Client, programsFolderOf } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import { fetchSet } from '../client/fetch-set.ts';
import { findInstallations } from '../client/installation.ts';
import { lock } from '../client/lock/packages.ts';
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
      return clients.map(line).join('\n');
    case 'which':
      return programsFolderOf(chosen(clients, command.major));
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

async function install(client: Client, { store, environment, signal }: ClientsCommand): Promise<string> {
  if (client.kind === 'sealed') {
    await fetchSet(lock, client.set, client.root, { mirrors: [], environment, signal, packages: store.packages });
  }
  return programsFolderOf(client);
}

function line(client: Client): string {
  const { version } = client;
  if (client.kind === 'installed') return `${version.text.padEnd(8)} installed  ${client.folder}`;
  const { packages } = client.set;
  const bytes = packages.reduce((sum, one) => sum + one.bytes, 0);
  return `${version.text.padEnd(8)} locked     ${plural(packages.length, 'package')}, ${formatBytes(bytes)}`;
}
