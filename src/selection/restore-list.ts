import { fault } from '../errors.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import type { UseList } from './selection.ts';

/** One line of `pg_restore --list` (pg_backup_archiver.c, PrintTOCSummary). pg_restore reads no more than the number. */
export function listLine({ dumpId, tableOid, oid, description, namespace, tag, owner }: TocEntry): string {
  return `${dumpId}; ${tableOid} ${oid} ${description} ${oneLine(namespace) || '-'} ${oneLine(tag)} ${oneLine(owner)}`;
}

function oneLine(text: string | undefined): string {
  return (text ?? '').replace(/[\r\n]/g, ' ');
}

/** A list for `pg_restore --use-list`. */
export function restoreList(entries: readonly TocEntry[]): string {
  return entries.map(entry => `${listLine(entry)}\n`).join('');
}

/** Reads a list as people edit it: comments begin with `;`. Throws PGR182 for a line that is neither comment nor entry. */
export function parseUseList(path: string, text: string): UseList {
  const lines = text.split(/\r?\n/).flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith(';')) return [];
    const dumpId = /^([1-9]\d{0,9});/.exec(trimmed)?.[1];
    if (dumpId === undefined) throw noEntry(path, index + 1, 'is no entry of an archive');
    return [{ number: index + 1, dumpId: Number(dumpId), text: trimmed }];
  });
  return { path, lines };
}

/**
 * The entries of a list. Each line must be the archive's own: with a list of another archive the numbers would stand for
 * other things, and pg_restore would not notice. Throws PGR182.
 */
export function checkUseList(entries: readonly TocEntry[], { path, lines }: UseList): ReadonlySet<TocEntry> {
  const byId = new Map(entries.map(entry => [entry.dumpId, entry]));
  const listed = new Set<TocEntry>();
  for (const { number, dumpId, text } of lines) {
    const entry = byId.get(dumpId);
    if (entry === undefined || listLine(entry).trim() !== text) {
      const there = entry === undefined ? 'the archive has no such entry' : `the archive has "${listLine(entry)}"`;
      throw noEntry(path, number, `says "${text}", and ${there}`);
    }
    listed.add(entry);
  }
  if (listed.size === 0) throw fault('PGR182', `${path} lists no entry`, 'leave at least one entry in it');
  return listed;
}

function noEntry(path: string, line: number, what: string): Error {
  return fault(
    'PGR182',
    `line ${line} of ${path} ${what}`,
    'make the list by `pg_restore --list` of this very archive, and change nothing but which lines there are and their order',
  );
}
