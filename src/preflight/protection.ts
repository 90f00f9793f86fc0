import type { Config } from '../config/config.ts';
import { listed } from '../report/format.ts';
import { type Finding, notChecked, type Subject } from './finding.ts';

/** The servers behind connections, by their system identifiers; those that could not be read are missing. */
export type Identities = ReadonlyMap<string, string>;

/** Connections that steps restore to, or run statements on. */
export function writtenTo(steps: Config['steps']): readonly string[] {
  return [
    ...new Set(
      steps.flatMap(step =>
        step.kind === 'restore' ? [step.into] : step.kind === 'sql' || step.kind === 'clone' ? [step.on] : [],
      ),
    ),
  ];
}

/**
 * That nothing is restored to a protected connection, or run there, the declared file's check has made sure. What it cannot
 * see: two connections that lead to one server.
 */
export function judgeProtection({ connections, steps }: Config, identities: Identities): readonly Finding[] {
  const guarded = Object.entries(connections).flatMap(([name, { protected: is }]) => (is ? [name] : []));
  const written = writtenTo(steps);
  return [
    ...guarded.map(
      (about): Finding => ({ check: 'protection', about, verdict: 'ok', says: 'protected: it is only read' }),
    ),
    ...written.map(about => judgeWritten(about, guarded, identities)),
  ];
}

function judgeWritten(about: string, guarded: readonly string[], identities: Identities): Finding {
  const subject: Subject = { check: 'protection', about };
  if (guarded.length === 0)
    return { ...subject, verdict: 'ok', says: 'it is written to, and no connection is protected' };
  const own = identities.get(about);
  const unknown = guarded.filter(name => own === undefined || identities.get(name) === undefined);
  const shared = guarded.filter(name => own !== undefined && identities.get(name) === own);
  if (shared.length > 0)
    return {
      ...subject,
      verdict: 'note',
      says: `it is on the same server as ${listed(shared)}, which is protected: databases there are safe unless \`overwrite\` or \`clean\` names them`,
    };
  if (unknown.length > 0)
    return notChecked(
      subject,
      `whether it is the same server as ${listed(unknown)}, which is protected, could not be told`,
      'compare the addresses, or GRANT EXECUTE ON FUNCTION pg_control_system() to the roles',
    );
  return { ...subject, verdict: 'ok', says: `it is written to, and another server than ${listed(guarded)}` };
}
