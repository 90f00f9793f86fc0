import type { ConnectionParameters } from '../connection-parameters.ts';

/** The section of the service file that carries what may not stand on a command line. */
const secretService = 'pg-roundtrip-key';

/**
 * The connection in libpq's key/value form, for `--dbname` of the client tools. It holds no secret: the password goes
 * through `passfileText`, the key's password through `serviceFileText`. Every value is quoted, so a database called
 * `host=elsewhere` stays a name. Parameters at libpq's own default are left out, as older clients do not know all of them.
 */
export function toConninfo(parameters: ConnectionParameters, target: { readonly database?: string } = {}): string {
  const { hosts, tls, channelBinding, targetSessionAttributes } = parameters;
  const addresses = hosts.map(({ address }) => address ?? '');
  const entries: readonly (readonly [string, string | undefined])[] = [
    ['host', hosts.map(({ host }) => host).join(',')],
    ['hostaddr', addresses.some(address => address !== '') ? addresses.join(',') : undefined],
    ['port', hosts.map(({ port }) => port).join(',')],
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
  return entries.flatMap(([keyword, value]) => (value === undefined ? [] : [`${keyword}=${quoted(value)}`])).join(' ');
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
