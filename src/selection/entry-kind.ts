import type { TocEntry } from '../postgres/archive/model.ts';
import type { EntryKind } from './selection.ts';

/** Kinds by the words of the table of contents. Indexes of primary keys and unique constraints are CONSTRAINTs there. */
const kinds: ReadonlyMap<string, EntryKind> = new Map([
  ['BLOB', 'large-objects'],
  ['BLOBS', 'large-objects'],
  ['BLOB METADATA', 'large-objects'],
  ['COMMENT', 'comments'],
  ['EVENT TRIGGER', 'event-triggers'],
  ['FK CONSTRAINT', 'foreign-keys'],
  ['INDEX', 'indexes'],
  ['MATERIALIZED VIEW DATA', 'materialized-view-data'],
  ['POLICY', 'policies'],
  ['PUBLICATION', 'publications'],
  ['PUBLICATION TABLE', 'publications'],
  ['PUBLICATION TABLES IN SCHEMA', 'publications'],
  // Without its policies, a table with row security would show nobody anything.
  ['ROW SECURITY', 'policies'],
  ['RULE', 'rules'],
  ['SECURITY LABEL', 'security-labels'],
  ['STATISTICS', 'statistics'],
  ['SUBSCRIPTION', 'subscriptions'],
  ['SUBSCRIPTION TABLE', 'subscriptions'],
  ['TRIGGER', 'triggers'],
]);

/** The kind by which an entry can be left out or deferred; undefined where it has none. */
export function entryKind({ description, tag }: TocEntry): EntryKind | undefined {
  // A view that was in a circle is completed by a rule.
  if (description === 'RULE' && tag.endsWith(' _RETURN')) return undefined;
  return kinds.get(description);
}
