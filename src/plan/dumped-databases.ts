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
export function chooseDatabases(step: DumpStep, { matches, leftOut }: ServerFacts, own: string): ChosenDatabases {
  if (step.globals === 'only') return { names: [], notes: [] };
  const asked =
    step.databases.length === 0 ? [own] : step.databases.flatMap(pattern => matching(pattern, step, matches));
  const excluded = new Set(step['exclude-database'].flatMap(pattern => matching(pattern, step, matches)));
  const names = [...new Set(asked)].filter(name => !excluded.has(name));
  if (names.length === 0)
    throw fault('PGR180', 'exclude.database leaves no database to dump', 'leave out less, or name more databases');
  const passedOver = step.databases
    .flatMap(pattern => leftOut[pattern] ?? [])
    .filter(({ name }) => !excluded.has(name));
  return { names, notes: notesOn(passedOver) };
}

function matching(pattern: string, step: DumpStep, matches: ServerFacts['matches']): readonly string[] {
  const found = matches[pattern] ?? [];
  if (found.length > 0) return found;
  throw fault(
    'PGR180',
    `databases: "${pattern}" matches no database of ${step.from}`,
    'check the spelling, and that the role may connect to it',
  );
}

function notesOn(passedOver: readonly { readonly name: string; readonly why: string }[]): readonly string[] {
  const texts = new Set(passedOver.map(({ name, why }) => `"${name}" (${why})`));
  return texts.size === 0 ? [] : [`not dumped, although the name matches: ${[...texts].join(', ')}`];
}
