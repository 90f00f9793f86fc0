import { isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { type Host, type SslMode, sslModes, type Tls } from '../connection-parameters.ts';
import { problem } from './assignment.ts';
import type { ConnectionSurroundings } from './declared.ts';
import { isPublic } from './exposure.ts';

export interface ResolvedTls {
  readonly tls: Tls;
  readonly problems: readonly Problem[];
}

type Values = Readonly<Record<string, string>>;

/** How strong the encryption is and which files it uses, with libpq's default files of the home folder made explicit. */
export function resolveTls(
  values: Values,
  hosts: readonly Host[],
  allowInsecure: boolean,
  surroundings: ConnectionSurroundings,
): ResolvedTls {
  const explicit = sslModes.find(mode => mode === values['sslmode']);
  const root = values['sslrootcert'];
  const mode = explicit ?? defaultMode(values, hosts);
  const files = findFiles(values, mode, surroundings);
  const tls: Tls = {
    mode,
    rootCertificate: files.root,
    certificate: files.certificate,
    key: files.key,
    keyPassword: values['sslpassword'] === undefined ? undefined : new Secret(values['sslpassword']),
    revocationList: files.revocationList,
    minimumVersion: values['ssl_min_protocol_version'],
    maximumVersion: values['ssl_max_protocol_version'],
    negotiation: values['sslnegotiation'] === 'direct' ? 'direct' : 'postgres',
  };
  return {
    tls,
    problems: [...files.problems, ...modeProblems(tls, root, hosts, explicit !== undefined && !allowInsecure)],
  };
}

/** Names of the files by libpq's keywords, as far as they exist; missing ones that somebody asked for are problems. */
function findFiles(values: Values, mode: SslMode, { readFile, homeDirectory, workspace }: ConnectionSurroundings) {
  const problems: Problem[] = [];
  const exists = (path: string) => readFile(path) !== undefined;
  const named = (keyword: string, usual: string): string | undefined => {
    const path = values[keyword];
    const fallback = join(homeDirectory, '.postgresql', usual);
    if (path === undefined) return mode !== 'disable' && exists(fallback) ? fallback : undefined;
    const absolute = isAbsolute(path) ? path : resolve(workspace, path);
    if (!exists(absolute))
      problems.push(
        problem(
          'PGR112',
          `${keyword} ${absolute} does not exist or cannot be read`,
          'write the file before this run, or correct the path (relative to the workspace)',
        ),
      );
    return absolute;
  };
  const root = values['sslrootcert'] === 'system' ? 'system' : named('sslrootcert', 'root.crt');
  const withoutCertificate = values['sslcertmode'] === 'disable';
  const certificate = withoutCertificate ? undefined : named('sslcert', 'postgresql.crt');
  const key = certificate === undefined ? undefined : named('sslkey', 'postgresql.key');
  if (certificate !== undefined && key === undefined) {
    problems.push(
      problem('PGR112', `the client certificate ${certificate} has no private key`, 'give its key file as sslkey'),
    );
  }
  const revocationList = root === undefined || root === 'system' ? undefined : named('sslcrl', 'root.crl');
  return { root, certificate, key, revocationList, problems };
}

/**
 * libpq's default is `prefer`, which quietly does without encryption. On the way through the internet that is not good
 * enough, and a root certificate is only given by who wants the server checked. `system` stands for every public
 * authority, which proves nothing without the host name (libpq 16 has the same rule), and direct negotiation has no
 * unencrypted form to fall back to.
 */
function defaultMode(values: Values, hosts: readonly Host[]): SslMode {
  if (values['sslrootcert'] === 'system') return 'verify-full';
  if (hosts.some(isPublic)) return values['sslrootcert'] === undefined ? 'require' : 'verify-full';
  return values['sslnegotiation'] === 'direct' ? 'require' : 'prefer';
}

function modeProblems(
  tls: Tls,
  root: string | undefined,
  hosts: readonly Host[],
  guarded: boolean,
): readonly Problem[] {
  const problems: Problem[] = [];
  const weak = sslModes.indexOf(tls.mode) < sslModes.indexOf('require');
  const exposed = hosts.find(isPublic);
  if (weak && guarded && exposed !== undefined) {
    const remedy = 'use sslmode=require or verify-full, or, in a declared file, allow-insecure: true';
    problems.push(
      problem('PGR113', `sslmode=${tls.mode} may leave the connection to ${exposed.host} unencrypted`, remedy),
    );
  }
  if (tls.mode.startsWith('verify') && tls.rootCertificate === undefined) {
    problems.push(
      problem(
        'PGR112',
        `sslmode=${tls.mode} needs a root certificate`,
        'give the file as sslrootcert, or sslrootcert=system for the machine’s own (client 16 or newer)',
      ),
    );
  }
  if (root === 'system' && tls.mode !== 'verify-full') {
    problems.push(
      problem(
        'PGR111',
        `sslrootcert=system does not go with sslmode=${tls.mode}`,
        'use sslmode=verify-full, or leave sslmode out',
      ),
    );
  }
  if (weak && tls.negotiation === 'direct') {
    problems.push(
      problem(
        'PGR111',
        `sslnegotiation=direct does not go with sslmode=${tls.mode}`,
        'use sslmode=require or stronger',
      ),
    );
  }
  // The versions' names sort as the versions do; undefined is never greater.
  if ((tls.minimumVersion ?? '') > (tls.maximumVersion ?? 'TLSv9')) {
    problems.push(
      problem('PGR111', 'ssl_min_protocol_version is above ssl_max_protocol_version', 'swap them, or leave one out'),
    );
  }
  return problems;
}
