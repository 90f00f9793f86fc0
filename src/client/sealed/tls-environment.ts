import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

/** Where distributions keep the certificate authorities that they trust: Debian, Red Hat, Alpine, SUSE. */
export const certificateFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
] as const;

/** The first of the known files that this machine has. */
export async function findCertificateFile(files: readonly string[] = certificateFiles): Promise<string | undefined> {
  for (const file of files) {
    const readable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (readable) return file;
  }
  return undefined;
}

/**
 * What a sealed OpenSSL must be told, as it looks where Debian keeps things: the machine's certificate authorities
 * (OpenSSL's SSL_CERT_FILE, for `sslrootcert=system`), its own modules, and to leave the machine's configuration alone,
 * which may be for another version. What the environment says already is kept.
 */
export function tlsEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
  certificateFile: string | undefined,
): Record<string, string> {
  const told = Boolean(environment['SSL_CERT_FILE'] || environment['SSL_CERT_DIR']);
  return {
    ...(told || certificateFile === undefined ? {} : { SSL_CERT_FILE: certificateFile }),
    OPENSSL_CONF: environment['OPENSSL_CONF'] ?? '/dev/null',
    OPENSSL_MODULES: environment['OPENSSL_MODULES'] ?? `${root}/lib/ossl-modules`,
  };
}
