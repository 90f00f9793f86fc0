import type { Problem } from '../../errors.ts';
import type { DeclaredConnection } from '../../postgres/connection/declared.ts';
import { resolveHosts } from '../../postgres/connection/hosts.ts';
import { mergeSources } from '../../postgres/connection/merge.ts';
import type { ConfiguredConnection } from '../config.ts';
import { type ConnectionDeclaration, libpqKeyword, partFields } from '../declaration/connection.ts';
import type { Problems } from '../problems.ts';
import type { Located } from '../schema/kind.ts';
import { checkTypedSecrets, checkVariables } from './connection-secrets.ts';

/**
 * Checks one connection as far as that needs neither files nor the network, and gives it in the form that is resolved
 * later. `connectTimeout`, in seconds, is for a connection that sets none itself. What is wrong inside of a URL is reported here already, as here its line is known.
 */
export function configureConnection(
  name: string,
  { value, origin }: Located<ConnectionDeclaration>,
  connectTimeout: number,
  problems: Problems,
): ConfiguredConnection {
  if (value.throwaway) return throwaway(value, connectTimeout);
  const declared = { ...toDeclared(value), protected: value.protected, throwaway: undefined };
  const path = `connections.${name}`;
  const whole = value.url ?? value.conninfo;
  const report = ({ code, message, remedy }: Problem) =>
    problems.report(code, whole?.origin ?? origin, path, message, remedy);

  const { values, problems: found } = mergeSources(declared, nothingToReadFrom);
  // Services are files, which are looked at when the connection is resolved.
  const sound = found.filter(({ code }) => code !== 'PGR114').map(report).length === 0;
  const inService = values['service'] !== undefined;
  const { hosts, problems: hostProblems } = resolveHosts(values);
  if (sound && !inService) hostProblems.forEach(report);
  if (sound) checkTypedSecrets(value, inService ? undefined : hosts, path, problems);
  checkVariables(value, path, problems);
  // A service may have a limit of its own, which a declared one would override.
  if (inService || values['connect_timeout'] !== undefined) return declared;
  return { ...declared, parts: { ...declared.parts, connect_timeout: String(connectTimeout) } };
}

/** Where it is, and who may log in, is only known when it runs. */
function throwaway({ version = 'auto' }: ConnectionDeclaration, connectTimeout: number): ConfiguredConnection {
  return {
    parts: { connect_timeout: String(connectTimeout) },
    allowInsecure: false,
    protected: false,
    throwaway: { major: version },
  };
}

const nothingToReadFrom = {
  readFile: () => undefined,
  homeDirectory: '/',
  environment: {},
  userName: '',
  workspace: '/',
};

function toDeclared(value: ConnectionDeclaration): DeclaredConnection {
  const { url, conninfo, password, sslpassword, service, 'service-file': serviceFile } = value;
  const passwordCommand = value['password-command'];
  const parts = Object.entries(value).flatMap(([key, given]) =>
    Object.hasOwn(partFields, key) && typeof given === 'string' ? [[libpqKeyword(key), given] as const] : [],
  );
  return {
    ...(url && { url: url.secret }),
    ...(conninfo && { conninfo: conninfo.secret }),
    ...(password && { password: password.secret }),
    ...(passwordCommand && { passwordCommand }),
    ...(service !== undefined && { service }),
    ...(serviceFile !== undefined && { serviceFile }),
    parts: { ...Object.fromEntries(parts), ...(sslpassword && { sslpassword: sslpassword.secret.reveal() }) },
    allowInsecure: value['allow-insecure'],
  };
}
