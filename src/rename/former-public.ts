import type { TocEntry } from '../postgres/archive/model.ts';
import type { SchemaRename } from './schema-rename.ts';

/** What everybody may do in a new `public`: from 15 on no longer create something there (release notes of 15). */
export function grantedToPublic(major: number): 'USAGE' | 'ALL' {
  return major >= 15 ? 'USAGE' : 'ALL';
}

/**
 * Of `public` an archive says what differs from the one that initdb makes; of its copy under another name, what differs
 * from an ordinary schema. Gives the archive's entries, already renamed, as an ordinary schema would have them. `major`:
 * of the copy's server.
 */
export function asOrdinarySchema(
  entries: readonly TocEntry[],
  renames: readonly SchemaRename[],
  major: number,
): readonly TocEntry[] {
  const [model] = entries;
  const rename = renames.find(({ from }) => from === 'public');
  if (rename === undefined || model === undefined) return entries;
  const tag = `SCHEMA ${rename.spelled}`;
  const isAcl = (entry: TocEntry) => entry.description === 'ACL' && entry.tag === tag;
  const said = linesOf(entries.find(isAcl)?.definition);
  const isRevoked = (line: string) => line.startsWith('REVOKE ') && line.endsWith(' FROM PUBLIC;');
  const grants = said.some(isRevoked)
    ? said.filter(line => !isRevoked(line))
    : [`GRANT ${grantedToPublic(major)} ON ${tag} TO PUBLIC;`, ...said];
  const definition = grants.toSorted().join('\n');
  const acl: TocEntry = { ...model, description: 'ACL', tag, namespace: undefined, section: 'none', definition };
  // The dump of a public without a comment takes away that of initdb.
  const isNoComment = (entry: TocEntry) =>
    entry.description === 'COMMENT' && entry.tag === tag && entry.definition?.trimEnd().endsWith(" IS '';");
  const others = entries.filter(entry => !isAcl(entry) && !isNoComment(entry));
  return grants.length === 0 ? others : [acl, ...others];
}

/**
 * The copy's entries, for comparison with those: grants in the same order, and without the schema itself where the archive
 * leaves to initdb to make it.
 */
export function besideOrdinarySchema(
  copy: readonly TocEntry[],
  source: readonly TocEntry[],
  renames: readonly SchemaRename[],
): readonly TocEntry[] {
  const rename = renames.find(({ from }) => from === 'public');
  if (rename === undefined) return copy;
  const isSchema = ({ description, tag }: TocEntry) => description === 'SCHEMA' && tag === rename.to;
  const isMade = source.some(isSchema);
  return copy
    .filter(entry => isMade || !isSchema(entry))
    .map(entry => {
      if (entry.description !== 'ACL' || entry.tag !== `SCHEMA ${rename.spelled}`) return entry;
      return { ...entry, definition: linesOf(entry.definition).toSorted().join('\n') };
    });
}

function linesOf(definition: string | undefined): readonly string[] {
  return (definition ?? '').split('\n').filter(line => line.trim() !== '');
}
