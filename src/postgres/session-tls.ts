import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, rootCertificates, type SecureVersion, type TLSSocket } from 'node:tls';
import { fault } from '../errors.ts';
import type { ConnectionParameters, Host, Tls } from './connection-parameters.ts';
import { nextEvent } from './session-stream.ts';

/** Where Linux distributions keep the authorities they trust: Debian, Red Hat, Alpine, SUSE. */
const systemAuthorities = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
] as const;

/** Reads the certificate files once for all hosts. Rejects with PGR112 where one is gone. */
export async function readTlsOptions({ tls, others }: ConnectionParameters): Promise<ConnectionOptions> {
  const root = tls.rootCertificate;
  const sendCertificate = tls.certificate !== undefined && others['sslcertmode'] !== 'disable';
  return {
    // libpq: once there is a root certificate, every mode checks the chain; `prefer` then falls back when it fails.
    rejectUnauthorized: root !== undefined,
    ...(root === undefined
      ? {}
      : { ca: root === 'system' ? await readSystemAuthorities() : await readCertificateFile(root) }),
    ...(sendCertificate && tls.certificate !== undefined ? { cert: await readCertificateFile(tls.certificate) } : {}),
    ...(sendCertificate && tls.key !== undefined ? { key: await readCertificateFile(tls.key) } : {}),
    ...(tls.keyPassword === undefined ? {} : { passphrase: tls.keyPassword.reveal() }),
    ...(tls.revocationList === undefined ? {} : { crl: await readCertificateFile(tls.revocationList) }),
    ...versions(tls),
  };
}

/** Encrypts a connection that the server has agreed to encrypt, and checks the server as the mode asks. */
export async function encrypt(
  socket: Duplex,
  host: Host,
  parameters: ConnectionParameters,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { tls, others } = parameters;
  const named = isIP(host.host) === 0 && others['sslsni'] !== '0';
  const stream = connect({
    ...options,
    socket,
    // Node would check the host name in its own way and in every mode; see `nameMatches`.
    checkServerIdentity: () => undefined,
    ...(named ? { servername: host.host } : {}),
    ...(tls.negotiation === 'direct' ? { ALPNProtocols: ['postgresql'] } : {}),
  });
  await nextEvent(stream, 'secureConnect', signal);
  if (tls.negotiation === 'direct' && stream.alpnProtocol !== 'postgresql') {
    stream.destroy();
    throw fault(
      'PGR203',
      'the server did not confirm direct TLS',
      'leave sslnegotiation out, or check that nothing stands between here and the server',
    );
  }
  if (tls.mode === 'verify-full' && !nameMatches(host.host, new X509Certificate(stream.getPeerCertificate().raw))) {
    stream.destroy();
    throw fault(
      'PGR203',
      `the server's certificate is not for host "${host.host}"`,
      'give the name that the certificate is for as host (and the address as hostaddr), or use sslmode=verify-ca',
    );
  }
  return stream;
}

/**
 * libpq's rule (manual, "Client Verification of Server Certificates"): names of the host's own kind in the certificate
 * count, the common name only without any of them. A wildcard stands for one label.
 */
export function nameMatches(host: string, certificate: X509Certificate): boolean {
  const wildcards = { partialWildcards: false, multiLabelWildcards: false } as const;
  if (isIP(host) === 0) return certificate.checkHost(host, wildcards) !== undefined;
  if (certificate.checkIP(host) !== undefined) return true;
  const hasAddress = certificate.subjectAltName?.includes('IP Address:') ?? false;
  return certificate.checkHost(host, { ...wildcards, subject: hasAddress ? 'never' : 'always' }) !== undefined;
}

function versions({ minimumVersion, maximumVersion }: Tls): ConnectionOptions {
  const known = (version: string | undefined) => secureVersions.find(each => each === version);
  const maximum = known(maximumVersion);
  // 1.2 is also libpq's own lower limit since version 13.
  return { minVersion: known(minimumVersion) ?? 'TLSv1.2', ...(maximum === undefined ? {} : { maxVersion: maximum }) };
}

const secureVersions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

async function readSystemAuthorities(): Promise<Buffer | string[]> {
  for (const path of systemAuthorities) {
    const text = await readFile(path).catch(() => undefined);
    if (text !== undefined) return text;
  }
  return [...rootCertificates];
}

async function readCertificateFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fault(
      'PGR112',
      `the certificate or key file ${path} cannot be read`,
      'check that it still exists and that this user may read it',
      error,
    );
  }
}
