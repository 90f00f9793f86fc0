import type { PlannedRestore } from '../plan/plan.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { describesDatabase, renameDatabase } from '../verify/database-name.ts';

/**
 * Statements that give the copy what the archive says of the database itself: its settings, and, when this run has
 * made the copy, its owner, comment and grants. pg_restore does this only together with `--create`, which would also
 * take the database's name from the archive.
 */
export function databaseStatements(
  entries: readonly TocEntry[],
  database: { readonly source: string; readonly target: string; readonly created: boolean },
  options: PlannedRestore['options'],
  settings: PlannedRestore['settings'] = 'keep',
): readonly string[] {
  if (settings === 'skip') return [];
  const { source, target, created } = database;
  const owner = options.owners.kind === 'role' ? options.owners.role : ownerOf(entries);
  return [
    ...(created && owner !== undefined && options.owners.kind !== 'drop'
      ? [`alter database ${quoteIdentifier(target)} owner to ${quoteIdentifier(owner)}`]
      : []),
    ...entries
      .filter(entry => describesDatabase(entry) && wanted(entry, created, options))
      .map(entry => renameDatabase(entry.definition ?? '', source, target)),
  ].filter(statement => statement.trim() !== '');
}

function wanted({ description }: TocEntry, created: boolean, options: PlannedRestore['options']): boolean {
  if (description === 'DATABASE') return false;
  if (description === 'DATABASE PROPERTIES') return true;
  return created && (description !== 'ACL' || options.privileges === 'keep');
}

function ownerOf(entries: readonly TocEntry[]): string | undefined {
  return entries.find(entry => entry.description === 'DATABASE')?.owner;
}
