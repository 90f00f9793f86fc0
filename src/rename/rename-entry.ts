import type { CountedTable, DumpedDatabase, DumpedSequence } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { asOrdinarySchema } from './former-public.ts';
import { renameInFunction } from './function-text.ts';
import { renameInSql } from './rename-in-sql.ts';
import type { SchemaRename } from './schema-rename.ts';

/** Kinds whose tags are SQL: a signature with the types of arguments, or the object that something is attached to. */
const tagsInSql: ReadonlySet<string> = new Set([
  'ACL',
  'AGGREGATE',
  'CAST',
  'COMMENT',
  'FUNCTION',
  'OPERATOR',
  'PROCEDURE',
  'SECURITY LABEL',
  'TRANSFORM',
]);

/** Kinds that hold queries, in which an alias may be called like a schema. */
const queries: ReadonlySet<string> = new Set(['VIEW', 'MATERIALIZED VIEW', 'RULE', 'POLICY']);

/**
 * An entry of a table of contents as that of the copy is expected to say it. Where a query leaves open what a name stands
 * for, the text stays, and what the server itself makes of it decides (`settleByScratch`).
 */
export function renameEntry(entry: TocEntry, renames: readonly SchemaRename[]): TocEntry {
  if (renames.length === 0) return entry;
  const { namespace, definition } = entry;
  return {
    ...entry,
    namespace: renames.find(({ from }) => from === namespace)?.to ?? namespace,
    tag: renameTag(entry, renames),
    definition: definition === undefined ? undefined : renameDefinition(entry.description, definition, renames),
  };
}

function renameTag({ description, tag }: TocEntry, renames: readonly SchemaRename[]): string {
  if (tagsInSql.has(description)) return renameInSql(tag, renames, 'names');
  if (description === 'SCHEMA') return renames.find(({ from }) => from === tag)?.to ?? tag;
  if (description !== 'PUBLICATION TABLES IN SCHEMA') return tag;
  // The publication's name and the schema's, both without quotes.
  const rename = renames.find(({ from }) => tag.endsWith(` ${from}`));
  return rename === undefined ? tag : tag.slice(0, -rename.from.length) + rename.to;
}

/** What an entry does, with other names of schemas. What a comment says of them stays: it is prose. */
export function renameDefinition(description: string, definition: string, renames: readonly SchemaRename[]): string {
  switch (description) {
    case 'FUNCTION':
    case 'PROCEDURE':
      return renameInFunction(definition, renames);
    case 'TABLE DATA':
      return definition.replace(
        /^(-- load via partition root )(.+)$/m,
        (_, lead: string, root: string) => lead + renameInSql(root, renames, 'names'),
      );
    default:
      return renameInSql(definition, renames, queries.has(description) ? 'query' : 'names');
  }
}

/** A table of contents as that of the copy is expected to be. `major`: of the copy's server. */
export function renameEntries(
  entries: readonly TocEntry[],
  renames: readonly SchemaRename[],
  major: number,
): readonly TocEntry[] {
  return asOrdinarySchema(
    entries.map(entry => renameEntry(entry, renames)),
    renames,
    major,
  );
}

/** What the dump holds, by the names that it has in the copy. */
export function renameDumped<Dumped extends Pick<DumpedDatabase, 'tables' | 'sequences'>>(
  dumped: Dumped,
  renames: readonly SchemaRename[],
): Dumped {
  if (renames.length === 0) return dumped;
  const renamed = <Relation extends CountedTable | DumpedSequence>(relation: Relation): Relation => ({
    ...relation,
    schema: renames.find(({ from }) => from === relation.schema)?.to ?? relation.schema,
  });
  return { ...dumped, tables: dumped.tables.map(renamed), sequences: dumped.sequences.map(renamed) };
}
