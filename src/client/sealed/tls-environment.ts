import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { SetPlatform } from '../lock/lock.ts';

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

/** Where a folder has what OpenSSL looks for, and a configuration that says nothing. */
const places = {
  linux: { modules: 'lib/ossl-modules', certificates: undefined, nothing: '/dev/null' },
  darwin: { modules: 'lib/ossl-modules', certificates: 'ssl/cacert.pem', nothing: '/dev/null' },
  win32: { modules: 'Library/lib/ossl-modules', certificates: 'Library/ssl/cacert.pem', nothing: 'NUL' },
} as const;

/**
 * What a sealed OpenSSL must be told, as it looks where its builder keeps things: the machine's certificate authorities,
 * else those of its own packages (OpenSSL's SSL_CERT_FILE, for `sslrootcert=system`), its own modules, and to leave the
 * machine's configuration alone, which may be for another version. What the environment says already is kept.
 */
export function tlsEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
  { certificateFile, platform }: { readonly certificateFile: string | undefined; readonly platform: SetPlatform },
): Record<string, string> {
  const told = Boolean(environment['SSL_CERT_FILE'] || environment['SSL_CERT_DIR']);
  const { modules, certificates, nothing } = places[platform];
  const authorities = certificateFile ?? (certificates === undefined ? undefined : `${root}/${certificates}`);
  return {
    ...(told || authorities === undefined ? {} : { SSL_CERT_FILE: authorities }),
    OPENSSL_CONF: environment['OPENSSL_CONF'] ?? nothing,
    OPENSSL_MODULES: environment['OPENSSL_MODULES'] ?? `${root}/${modules}`,
  };
}
