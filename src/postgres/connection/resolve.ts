import type { Problem } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { type ConnectionParameters, targetSessionAttributes } from '../connection-parameters.ts';
import { problem } from './assignment.ts';
import type { ConnectionSurroundings, DeclaredConnection } from './declared.ts';
import { resolveHosts } from './hosts.ts';
import { findKeyword } from './keywords.ts';
import { mergeSources } from './merge.ts';
import { findPassword } from './passfile.ts';
import { resolveTls } from './tls.ts';

export type ResolvedConnection =
  | { readonly kind: 'resolved'; readonly parameters: ConnectionParameters }
  | { readonly kind: 'refused'; readonly problems: readonly [Problem, ...Problem[]] };

/** Seconds. */
const defaultConnectTimeout = 10;

/**
 * Turns a declared connection into parameters in which nothing is left to a default of libpq or of the machine, or
 * says everything that is wrong with it. Decides only; the surroundings are the one way to look at files.
 * @param name how the connection is called in the declared file; begins every message.
 */
export function resolveConnection(
  name: string,
  declared: DeclaredConnection,
  surroundings: ConnectionSurroundings,
): ResolvedConnection {
  const { values, complete, problems: sourceProblems } = mergeSources(declared, surroundings);
  // A source that could not be read would be reported again as everything that is then missing.
  if (!complete) return refused(name, sourceProblems);

  const { hosts, problems: hostProblems } = resolveHosts(values);
  const { tls, problems: tlsProblems } = resolveTls(values, hosts, declared.allowInsecure, surroundings);
  const user = values['user'] ?? surroundings.userName;
  const userProblems = user === '' ? [problem('PGR127', 'no user is given', 'give user: the role to log in with')] : [];
  const database = values['dbname'] ?? user;
  const typed = values['password'];
  const looked =
    typed === undefined && declared.passwordCommand === undefined
      ? findPassword({ hosts, user, database }, values['passfile'], surroundings)
      : { password: typed === undefined ? undefined : new Secret(typed), problems: [] };
  const problems = [
    ...sourceProblems,
    ...hostProblems,
    ...userProblems,
    ...tlsProblems,
    ...(typed === undefined || declared.passwordCommand === undefined ? [] : [twoPasswords]),
    ...looked.problems,
  ];
  const [firstHost, ...otherHosts] = hosts;
  if (firstHost === undefined || problems.length > 0) return refused(name, problems);

  const binding = values['channel_binding'];
  const parameters: ConnectionParameters = {
    hosts: [firstHost, ...otherHosts],
    user,
    password: looked.password,
    passwordCommand: declared.passwordCommand,
    database,
    tls,
    channelBinding: binding === 'disable' || binding === 'require' ? binding : 'prefer',
    targetSessionAttributes:
      targetSessionAttributes.find(attribute => attribute === values['target_session_attrs']) ?? 'any',
    connectTimeout: Number(values['connect_timeout'] ?? defaultConnectTimeout),
    options: values['options'],
    others: Object.fromEntries(Object.entries(values).filter(([keyword]) => findKeyword(keyword)?.role === 'tool')),
  };
  return { kind: 'resolved', parameters };
}

const twoPasswords = problem('PGR105', 'a password is given beside password-command', 'keep one of the two');

function refused(name: string, problems: readonly Problem[]): ResolvedConnection {
  const named = problems.map(each => ({ ...each, message: `connection "${name}": ${each.message}` }));
  const [first, ...rest] = named;
  const defect = problem(
    'PGR900',
    `connection "${name}" could not be resolved`,
    'please report it with the log of this run',
  );
  return { kind: 'refused', problems: [first ?? defect, ...rest] };
}
