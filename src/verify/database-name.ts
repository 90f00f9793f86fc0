import type { TocEntry } from '../postgres/archive/model.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/** Literals and quoted names are stepped over, so that a comment that happens to say DATABASE stays as it is. */
const tokens =
  /\bE'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\bDATABASE ("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)|"(?:[^"]|"")*"/gsu;

/** Replaces the name of one database, wherever SQL text says `DATABASE name`, by another, quoted. */
export function renameDatabase(text: string, from: string, to: string): string {
  return text.replace(tokens, (token: string, identifier: string | undefined) =>
    identifier !== undefined && unquote(identifier) === from ? `DATABASE ${quoteIdentifier(to)}` : token,
  );
}

function unquote(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}

/** The name that a TOC gives its own database; undefined in a dump of chosen schemas or tables, which leaves it out. */
export function databaseNameOf(entries: readonly TocEntry[]): string | undefined {
  return entries.find(entry => entry.description === 'DATABASE')?.tag;
}

/** What an entry says about the database itself rather than about something in it. */
export function describesDatabase(entry: Pick<TocEntry, 'description' | 'tag'>): boolean {
  switch (entry.description) {
    case 'DATABASE':
    case 'DATABASE PROPERTIES':
      return true;
    case 'ACL':
    case 'COMMENT':
    case 'SECURITY LABEL':
      return entry.tag.startsWith('DATABASE ');
    default:
      return false;
  }
}
