import type { TocEntry } from '../postgres/archive/model.ts';
import { sqlTokens } from '../postgres/archive/sql-tokens.ts';
import { quoteIdentifier, quoteQualified } from '../postgres/quote.ts';
import { linkEntries } from './toc-links.ts';

/** New names by old names; tablespaces without a new one keep theirs. `drop`: all in the database's own. */
export type Tablespaces = 'keep' | 'drop' | Readonly<Record<string, string>>;

/** The tablespace of the database itself, which is also that of everything without one of its own. */
export function databaseTablespace(entries: readonly TocEntry[]): string | undefined {
  const definition = entries.find(entry => entry.description === 'DATABASE')?.definition ?? '';
  const tokens = [...sqlTokens(definition)];
  const word = tokens.findIndex(
    ({ kind, value }, index) => kind === 'word' && value === 'tablespace' && tokens[index + 1]?.value === '=',
  );
  return word === -1 ? undefined : tokens[word + 2]?.value;
}

/** Every tablespace that the entries name, the database's own included; sorted. */
export function tablespacesOf(entries: readonly TocEntry[]): readonly string[] {
  const named = entries.flatMap(({ tablespace }) =>
    tablespace === undefined || tablespace === '' ? [] : [tablespace],
  );
  return [...new Set([...named, databaseTablespace(entries) ?? []].flat())].sort();
}

/** Where something comes to be that was in a tablespace; empty for the database's own. */
export function newTablespace(old: string, tablespaces: Tablespaces): string {
  if (tablespaces === 'keep') return old;
  if (tablespaces === 'drop') return '';
  const chosen = Object.hasOwn(tablespaces, old) ? tablespaces[old] : old;
  // What is in the cluster's default is not said to be anywhere.
  return chosen === undefined || chosen === 'pg_default' ? '' : chosen;
}

/**
 * Statements that put those entries of a restore that have just been made where a map says, as pg_restore knows no map:
 * tables while they are still empty, indexes once they are made.
 */
export function tablespaceStatements(
  made: readonly TocEntry[],
  kept: readonly TocEntry[],
  tablespaces: Tablespaces,
): readonly string[] {
  if (typeof tablespaces === 'string') return [];
  const { partOf } = linkEntries(kept);
  return made.flatMap(entry => {
    const { description, section, namespace, tag, tablespace = '' } = entry;
    const place = newTablespace(tablespace, tablespaces);
    if (tablespace === '' || place === '') return [];
    const table = partOf(entry)?.tag ?? '';
    // The index of a constraint has its name, which stands behind that of the table.
    const name = description === 'CONSTRAINT' ? tag.slice(table.length + 1) : tag;
    const kind = section === 'pre-data' ? 'table' : 'index';
    return [`alter ${kind} ${quoteQualified(namespace ?? '', name)} set tablespace ${quoteIdentifier(place)}`];
  });
}
