import { fault, RoundtripError } from '../errors.ts';
import type { ConnectionParameters, Host } from './connection-parameters.ts';
import { codeOf, hostName, sqlStateOf, wordsOf } from './session-errors.ts';

const unreachable: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ECONNREFUSED: [
    'nothing listens there',
    'wait until the server is ready and check the port; a service container is localhost from the host and its own name from a container job',
  ],
  ENOTFOUND: [
    'the name is unknown',
    'check the host in the secret or URL, and percent-encode "@", "/" and "#" in the password',
  ],
  EAI_AGAIN: ['the name cannot be looked up now', 'check the network and the name server of this machine'],
  ENETUNREACH: [
    'this machine has no way to its network',
    'the host may have an IPv6 address only: use its pooler in session mode, or a host with IPv4',
  ],
  EHOSTUNREACH: ['there is no route to it', 'check the firewall and the network between here and the server'],
  ENOENT: ['there is no such socket', 'check the folder and port of the socket, and that the server runs'],
  EACCES: [
    'this user may not use the socket',
    'give the user access to the folder of the socket, or connect over the network',
  ],
  ETIMEDOUT: ['it does not answer', 'check host, port and firewall'],
};

/** Why a server could not be reached: PGR200. */
export function connectionFault(
  error: unknown,
  host: Host,
  { connectTimeout }: Pick<ConnectionParameters, 'connectTimeout'>,
): RoundtripError {
  if (error instanceof RoundtripError) return error;
  const name = hostName(host);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return fault(
      'PGR200',
      `the server at ${name} did not answer within ${connectTimeout} s`,
      'check host, port and firewall; a slow server may need a longer connect_timeout',
      error,
    );
  }
  const [what, remedy] = unreachable[codeOf(error)] ?? [
    wordsOf(error),
    'check host, port and firewall, and the log of the server',
  ];
  return fault('PGR200', `the server at ${name} cannot be reached: ${what}`, remedy, error);
}

const untrusted: readonly string[] = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** Why a connection could not be encrypted or verified: PGR203. */
export function encryptionFault(
  error: unknown,
  host: Host,
  { tls }: Pick<ConnectionParameters, 'tls'>,
): RoundtripError {
  if (error instanceof RoundtripError) return error;
  const [what, remedy] = encryptionReason(error);
  return fault(
    'PGR203',
    `the connection to ${hostName(host)} cannot be encrypted as sslmode=${tls.mode} asks: ${what}`,
    remedy,
    error,
  );
}

function encryptionReason(error: unknown): readonly [what: string, remedy: string] {
  const code = codeOf(error);
  if (untrusted.includes(code))
    return [
      'the root certificate did not issue the certificate of the server',
      'give the certificate of the authority that did as sslrootcert',
    ];
  if (code === 'CERT_REVOKED') return ['the certificate of the server is revoked', 'give the server a new certificate'];
  if (code === 'CERT_HAS_EXPIRED') return ['the certificate of the server has expired', 'renew it on the server'];
  if (code === 'CRL_HAS_EXPIRED')
    return ['the list of revoked certificates has expired', 'fetch a new one and give it as sslcrl'];
  if (code === 'ECONNRESET' || code === 'EPIPE' || wordsOf(error).startsWith('Connection terminated')) {
    return ['the server hung up', 'it may not accept the client certificate: see the log of the server'];
  }
  return [wordsOf(error), 'turn TLS on at the server; sslmode=disable is only for a server on this machine'];
}

interface LoginContext {
  readonly host: Host;
  readonly parameters: Pick<ConnectionParameters, 'user' | 'tls'>;
  readonly database: string;
  readonly encrypted: boolean;
}

/** Why the server did not let us in: PGR200 to PGR203, PGR209. */
export function loginFault(error: unknown, { host, parameters, database, encrypted }: LoginContext): RoundtripError {
  if (error instanceof RoundtripError) return error;
  const name = hostName(host);
  const said = wordsOf(error);
  switch (sqlStateOf(error) ?? 'none') {
    case '28P01':
      return fault(
        'PGR201',
        `the server at ${name} refused the password of user "${parameters.user}"`,
        'check user and password; the secret may be old or end with a line break',
        error,
      );
    case '28000':
      return fault('PGR201', `the server at ${name} refused the login: ${said}`, hbaRemedy(encrypted), error);
    case '3D000':
      return fault(
        'PGR202',
        `database "${database}" does not exist at ${name}`,
        'check the name, including upper and lower case',
        error,
      );
    case '53300':
      return fault(
        'PGR209',
        `the server at ${name} has no free connection: ${said}`,
        'use fewer jobs, or raise the limit of the server, role or database',
        error,
      );
    case '57P03':
      return fault(
        'PGR200',
        `the server at ${name} is not ready: ${said}`,
        'wait until it has started and try again',
        error,
      );
    case '08P01':
      return fault(
        'PGR201',
        `the server at ${name} refused the session: ${said}`,
        'if that is a connection pooler, use the direct address of the server, or its session mode',
        error,
      );
    default:
      return fault(
        'PGR201',
        `the server at ${name} refused the session: ${said}`,
        'see the words of the server and its log',
        error,
      );
  }
}

function hbaRemedy(encrypted: boolean): string {
  if (!encrypted)
    return 'if the server wants encryption, use sslmode=require or stronger; else allow this user and database in pg_hba.conf';
  return 'allow this user, database and address in pg_hba.conf, or give the client certificate that it asks for; an unknown role is told the same';
}
