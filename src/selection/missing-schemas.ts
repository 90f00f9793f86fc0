import type { TocEntry } from '../postgres/archive/model.ts';

const builtIn: ReadonlySet<string> = new Set(['public', 'pg_catalog', 'information_schema']);

/**
 * Schemas that the entries are in and that none of them makes, as in a dump of chosen tables (pg_dump, `--table`: other
 * objects that the tables need are not dumped). They have to be made before.
 */
export function missingSchemas(entries: readonly TocEntry[]): readonly string[] {
  const made = new Set(entries.filter(entry => entry.description === 'SCHEMA').map(entry => entry.tag));
  const used = new Set(entries.filter(isMade).map(({ namespace }) => namespace ?? ''));
  return [...used].filter(schema => schema !== '' && !made.has(schema) && !builtIn.has(schema)).sort();
}

/** Only definitions in pre-data make something; rows and indexes are for tables that are there. */
function isMade({ section }: TocEntry): boolean {
  return section === 'pre-data';
}
