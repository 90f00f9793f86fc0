import { Secret } from '../../secret.ts';
import type { ConnectionParameters, Host } from '../connection-parameters.ts';
import { parseConninfo } from './conninfo-parser.ts';

/** The section of the service file that carries what may not stand on a command line. */
const secretService = 'pg-roundtrip-key';

/**
 * The connection in libpq's key/value form, for `--dbname` of the client tools. It holds no secret: the password goes
 * through `passfileText`, the key's password through `serviceFileText`. Every value is quoted, so a database called
 * `host=elsewhere` stays a name. Parameters at libpq's own default are left out, as older clients do not know all of them.
 */
export function toConninfo(parameters: ConnectionParameters, target: { readonly database?: string } = {}): string {
  const { hosts, tls, channelBinding, targetSessionAttributes } = parameters;
  const entries: readonly Entry[] = [
    ...hostEntries(hosts),
    ['user', parameters.user],
    ['dbname', target.database ?? parameters.database],
    ['sslmode', tls.mode],
    ['sslrootcert', tls.rootCertificate],
    ['sslcert', tls.certificate],
    ['sslkey', tls.key],
    ['sslcrl', tls.revocationList],
    ['ssl_min_protocol_version', tls.minimumVersion],
    ['ssl_max_protocol_version', tls.maximumVersion],
    ['sslnegotiation', tls.negotiation === 'postgres' ? undefined : tls.negotiation],
    ['channel_binding', channelBinding === 'prefer' ? undefined : channelBinding],
    ['target_session_attrs', targetSessionAttributes === 'any' ? undefined : targetSessionAttributes],
    ['connect_timeout', String(parameters.connectTimeout)],
    ['options', parameters.options],
    ...Object.entries(parameters.others),
    ['service', tls.keyPassword === undefined ? undefined : secretService],
  ];
  return textOf(entries);
}

type Entry = readonly [keyword: string, value: string | undefined];

function hostEntries(hosts: readonly Host[]): readonly Entry[] {
  const addresses = hosts.map(({ address }) => address ?? '');
  return [
    ['host', hosts.map(({ host }) => host).join(',')],
    ['hostaddr', addresses.some(address => address !== '') ? addresses.join(',') : undefined],
    ['port', hosts.map(({ port }) => port).join(',')],
  ];
}

function textOf(entries: readonly Entry[]): string {
  return entries.flatMap(([keyword, value]) => (value === undefined ? [] : [`${keyword}=${quoted(value)}`])).join(' ');
}

/** The same connection by another way: to these hosts, and as before in everything else. */
export function withHosts(conninfo: string, hosts: readonly Host[]): string {
  const others = parseConninfo(new Secret(conninfo)).assignments.filter(
    ({ keyword }) => !['host', 'hostaddr', 'port'].includes(keyword),
  );
  const entries = [...hostEntries(hosts), ...others.map(({ keyword, value }) => [keyword, value] as const)];
  return textOf(entries);
}

/** The same connection for another user. */
export function withUser(conninfo: string, user: string): string {
  const entries = parseConninfo(new Secret(conninfo)).assignments.map(
    ({ keyword, value }) => [keyword, keyword === 'user' ? user : value] as const,
  );
  return textOf(entries);
}

/**
 * The password file for the tools (PGPASSFILE), or undefined without a password. It serves any host, as libpq compares
 * hosts by their spelling. The caller writes it with mode 0600 and, without a text, still points PGPASSFILE at nothing,
 * so that a `~/.pgpass` of the machine stays out.
 */
export function passfileText({ password }: ConnectionParameters): string | undefined {
  if (password === undefined) return undefined;
  return `*:*:*:*:${password.reveal().replace(/[\\:]/g, '\\$&')}\n`;
}

/**
 * The service file for the tools (PGSERVICEFILE) that holds the password of the private key, as libpq reads that from
 * no other place outside of the command line; undefined if the key needs none. It is as secret as the password file.
 */
export function serviceFileText({ tls }: ConnectionParameters): string | undefined {
  if (tls.keyPassword === undefined) return undefined;
  return `[${secretService}]\nsslpassword=${tls.keyPassword.reveal()}\n`;
}

function quoted(value: string): string {
  return `'${value.replace(/['\\]/g, '\\$&')}'`;
}
