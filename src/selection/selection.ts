/**
 * What of an archive is restored, as it was asked for. Which entries that means, `selectEntries` says; a restore and the
 * comparison afterwards ask the same function, so that neither can expect what the other does not.
 */
export interface Selection {
  /** Patterns as psql takes them; with both empty, everything. An entry that any of them matches is in. */
  readonly include: { readonly schema: readonly string[]; readonly table: readonly string[] };
  readonly exclude: {
    readonly schema: readonly string[];
    readonly table: readonly string[];
    /** Tables that are made without their rows. */
    readonly 'table-data': readonly string[];
    readonly index: readonly string[];
    readonly kind: readonly EntryKind[];
  };
  /** Made after everything else, in a phase of its own. */
  readonly defer: { readonly index: readonly string[]; readonly kind: readonly DeferrableKind[] };
  /** `present`: they are in the target already. */
  readonly extensions: 'create' | 'present';
  /** Entries that the user has listed, and nothing else; undefined without such a list. */
  readonly list: UseList | undefined;
}

/** A list as `pg_restore --list` prints it, without its comments. */
export interface UseList {
  readonly path: string;
  readonly lines: readonly { readonly number: number; readonly dumpId: number; readonly text: string }[];
}

/** No selection at all. */
export const everything: Selection = {
  include: { schema: [], table: [] },
  exclude: { schema: [], table: [], 'table-data': [], index: [], kind: [] },
  defer: { index: [], kind: [] },
  extensions: 'create',
  list: undefined,
};

/** Kinds that are made once the rows are there, and so may be made last of all. */
export const deferrableKinds = [
  'event-triggers',
  'foreign-keys',
  'indexes',
  'materialized-view-data',
  'policies',
  'publications',
  'rules',
  'statistics',
  'subscriptions',
  'triggers',
] as const;

/** What can be left out or deferred as a whole, wherever it is. */
export const entryKinds = ['comments', 'large-objects', 'security-labels', ...deferrableKinds] as const;

export type DeferrableKind = (typeof deferrableKinds)[number];
export type EntryKind = (typeof entryKinds)[number];

/** True for what asks for every entry, at once and in the archive's own order: then no list is needed. */
export function isEverything({ include, exclude, defer, extensions, list }: Selection): boolean {
  const filters = [include, exclude, defer].flatMap(filter => Object.values(filter)).flat();
  return filters.length === 0 && extensions === 'create' && list === undefined;
}
