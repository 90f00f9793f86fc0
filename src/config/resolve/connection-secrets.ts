import { isIP } from 'node:net';
import { parseConninfo } from '../../postgres/connection/conninfo-parser.ts';
import { isSocketFolder } from '../../postgres/connection/exposure.ts';
import { parseUrl } from '../../postgres/connection/url.ts';
import type { Host } from '../../postgres/connection-parameters.ts';
import { Secret } from '../../secret.ts';
import type { ConnectionDeclaration } from '../declaration/connection.ts';
import type { Problems } from '../problems.ts';
import type { SecretText } from '../schema/secret-text.ts';

/** Stands for what came out of a variable; a character of Unicode's private use area, which no one types. */
const standIn = '\uE000';

const secretKeywords: readonly string[] = ['password', 'sslpassword'];

/**
 * Refuses a password that is written in the file, unless all hosts are near: a service container's password is no
 * secret. `hosts` is undefined where they are not known.
 */
export function checkTypedSecrets(
  { url, conninfo, password, sslpassword }: ConnectionDeclaration,
  hosts: readonly Host[] | undefined,
  path: string,
  problems: Problems,
): void {
  if (hosts?.every(isNear)) return;
  const report = (where: SecretText | undefined, key: string) => {
    if (where === undefined) return;
    const remedy = 'put it into an environment variable and write ${NAME} in its place';
    problems.report('PGR125', where.origin, `${path}.${key}`, 'a password is written in the file', remedy);
  };
  const isTyped = (text: string | undefined) => text !== undefined && text !== '' && !text.includes(standIn);
  if (isTyped(password?.typed(standIn))) report(password, 'password');
  if (isTyped(sslpassword?.typed(standIn))) report(sslpassword, 'sslpassword');
  if (passwordsIn(url, parseUrl).some(isTyped)) report(url, 'url');
  if (passwordsIn(conninfo, parseConninfo).some(isTyped)) report(conninfo, 'conninfo');
}

function passwordsIn(text: SecretText | undefined, parse: typeof parseUrl): readonly string[] {
  const typed = text?.typed(standIn);
  if (typed === undefined) return [];
  const secrets = parse(new Secret(typed)).assignments.filter(({ keyword }) => secretKeywords.includes(keyword));
  return secrets.map(({ value }) => value);
}

/** True for this machine and for names of one label, which are service containers or neighbours. */
function isNear({ host, address }: Host): boolean {
  const target = (address ?? host).toLowerCase().replace(/\.$/, '');
  if (isSocketFolder(target) || target === 'localhost' || target.endsWith('.localhost')) return true;
  if (isIP(target) !== 0) return target === '::1' || target.startsWith('127.');
  // The C library reads 2130706433 and 0x7f000001 as addresses.
  return /^[a-z0-9_-]+$/.test(target) && !/^(?:\d+|0x[0-9a-f]+)$/.test(target);
}

/**
 * Refuses a variable inside of a URL or conninfo whose value brings parameters of its own: `${DATABASE}` may not turn
 * encryption off. Host and port, or user and password, may come together; so may the whole text.
 */
export function checkVariables({ url, conninfo }: ConnectionDeclaration, path: string, problems: Problems): void {
  const check = (text: SecretText | undefined, key: string, parse: typeof parseUrl, welcome: readonly string[]) => {
    const typed = text?.typed(standIn);
    if (text === undefined || typed === undefined) return;
    const intended = parse(new Secret(typed));
    const actual = parse(text.secret);
    if (intended.problems.length + actual.problems.length > 0) return;
    const keywords = intended.assignments.map(({ keyword }) => keyword);
    const added = actual.assignments.filter(({ keyword }) => !welcome.includes(keyword)).length;
    if (added <= keywords.filter(keyword => !welcome.includes(keyword)).length) return;
    const remedy = 'percent-encode or quote the value, or give it by a key of its own';
    problems.report('PGR101', text.origin, `${path}.${key}`, 'a variable in it adds parameters of its own', remedy);
  };
  check(url, 'url', parseUrl, ['port', 'password']);
  check(conninfo, 'conninfo', parseConninfo, []);
}
