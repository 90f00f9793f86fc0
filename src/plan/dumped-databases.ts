import type { DumpStep } from '../config/config.ts';
import { fault } from '../errors.ts';
import type { ServerFacts } from '../survey/survey.ts';

/** Names of databases that a step dumps, and what is to be said about those that it leaves out. */
export interface ChosenDatabases {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/** A database that is there on every server: a text that makes it can be restored nowhere. */
export const maintenanceDatabase = 'postgres';

/** Throws PGR180 for a pattern that matches nothing, and when nothing is left. */
export function chooseDatabases(step: DumpStep, facts: ServerFacts, own: string): ChosenDatabases {
  if (step.globals === 'only') return { names: [], notes: [] };
  const look = (key: string, patterns: readonly string[]) => patterns.map(pattern => found(key, pattern, step, facts));
  const asked = look('databases', step.databases);
  const excluded = new Set(
    look('exclude.database', step['exclude-database']).flatMap(({ dumped, leftOut }) => [
      ...dumped,
      ...leftOut.map(({ name }) => name),
    ]),
  );
  const wanted = step.databases.length === 0 ? [own] : asked.flatMap(({ dumped }) => dumped);
  const names = [...new Set(wanted)].filter(name => !excluded.has(name));
  if (names.length === 0)
    throw fault(
      'PGR180',
      'no database is left to dump',
      'leave out less under exclude.database, or name more databases',
    );
  const passedOver = asked.flatMap(({ leftOut }) => leftOut).filter(({ name }) => !excluded.has(name));
  return { names, notes: notesOn(passedOver) };
}

function found(key: string, pattern: string, { from }: DumpStep, { matches, leftOut }: ServerFacts) {
  const [dumped, others] = [matches[pattern] ?? [], leftOut[pattern] ?? []];
  if (dumped.length > 0 || (key === 'exclude.database' && others.length > 0)) return { dumped, leftOut: others };
  throw fault(
    'PGR180',
    `${key}: "${pattern}" matches no database of ${from}`,
    'check the spelling, and that the role may connect to it',
  );
}

function notesOn(passedOver: readonly { readonly name: string; readonly why: string }[]): readonly string[] {
  const texts = new Set(passedOver.map(({ name, why }) => `"${name}" (${why})`));
  return texts.size === 0 ? [] : [`not dumped, although the name matches: ${[...texts].join(', ')}`];
}
