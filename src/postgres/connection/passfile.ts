import { isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import type { Host } from '../connection-parameters.ts';
import { problem } from './assignment.ts';
import type { ConnectionSurroundings } from './declared.ts';

interface Login {
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly database: string;
}

interface FoundPassword {
  readonly password: Secret | undefined;
  readonly problems: readonly Problem[];
}

const nothing: FoundPassword = { password: undefined, problems: [] };

/**
 * Looks a password up where libpq does (manual, "The Password File"): in the named file, or else in PGPASSFILE, or else in
 * `~/.pgpass`. libpq overlooks a file that others may read, and a named one that is missing; here both are said.
 */
export function findPassword(
  login: Login,
  named: string | undefined,
  surroundings: ConnectionSurroundings,
): FoundPassword {
  const { environment, homeDirectory, workspace } = surroundings;
  const path = named ?? (environment['PGPASSFILE'] || join(homeDirectory, '.pgpass'));
  const file = isAbsolute(path) ? path : resolve(workspace, path);
  const text = surroundings.readFile(file);
  if (text === undefined) {
    if (named === undefined) return nothing;
    return refused(`the password file ${file} cannot be read`, 'check its path, or leave passfile out');
  }
  const found = login.hosts.flatMap(host => passwordIn(text, host, login) ?? []);
  const [first] = found;
  if (first === undefined) return nothing;
  if (surroundings.isPrivate?.(file) === false)
    return refused(`the password file ${file} can be read by others`, `chmod 600 ${file}`);
  if (found.some(other => other !== first)) {
    const what = `the hosts have different passwords in ${file}`;
    return { ...nothing, problems: [problem('PGR106', what, 'make a connection of its own for each of them')] };
  }
  return { password: new Secret(first), problems: [] };
}

function refused(what: string, remedy: string): FoundPassword {
  return { ...nothing, problems: [problem('PGR115', what, remedy)] };
}

/** The password of the first line that fits. A host is compared as it is spelt, a socket folder of libpq's own as localhost. */
function passwordIn(text: string, { host, address, port }: Host, { user, database }: Login): string | undefined {
  const name = host === '' ? (address ?? 'localhost') : usualSocketFolders.includes(host) ? 'localhost' : host;
  const wanted = [name, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const fits = wanted.every((value, index) => fields[index]?.raw === '*' || fields[index]?.value === value);
    const password = fields[wanted.length]?.value;
    if (fits && password) return password;
  }
  return undefined;
}

const usualSocketFolders = ['/tmp', '/var/run/postgresql', '/run/postgresql'];

interface PassfileField {
  readonly raw: string;
  readonly value: string;
}

/** Four fields that end with a colon, and the rest, which is the password. A backslash takes the next sign as it is. */
function fieldsOf(line: string): readonly PassfileField[] {
  const fields: PassfileField[] = [];
  let rest = line;
  while (fields.length < 4) {
    const raw = /^(?:\\.|[^:\\])*/su.exec(rest)?.[0] ?? '';
    if (rest.charAt(raw.length) !== ':') return [];
    fields.push({ raw, value: unescaped(raw) });
    rest = rest.slice(raw.length + 1);
  }
  return [...fields, { raw: rest, value: unescaped(rest) }];
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}
