import type { TocEntry } from '../archive/model.ts';

/** One entry of an archive, ready to be looked at. */
export interface Look {
  readonly entry: TocEntry;
  /** Its definition by `bareSql`. */
  readonly sql: string;
  /** The entry of the table that it belongs to, if it depends on one. */
  readonly table: TocEntry | undefined;
  readonly all: readonly TocEntry[];
}

/** What a server can only hold from one major on, or up to another. */
export interface Feature {
  /** In words that follow the name of the object. */
  readonly name: string;
  /** The first major that knows it. */
  readonly since?: number;
  /** The first major that no longer knows it. */
  readonly until?: number;
  /** Kinds of entries that can show it; undefined for all. */
  readonly kinds?: readonly string[];
  readonly shows: RegExp | ((look: Look) => boolean);
  /** What to do about it, where there is more than leaving the object out. */
  readonly remedy?: string;
  /** It is lost without an error, and the copy means the same: worth a note. */
  readonly harmless?: true;
}

export function isShown({ kinds, shows }: Feature, look: Look): boolean {
  if (kinds !== undefined && !kinds.includes(look.entry.description)) return false;
  return shows instanceof RegExp ? shows.test(look.sql) : shows(look);
}
