import type { CountedTable, DumpedDatabase } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { partitionRoots } from '../verify/partition-roots.ts';
import { linkEntries } from './toc-links.ts';

type Contents = Pick<DumpedDatabase, 'tables' | 'sequences' | 'largeObjects'>;

/**
 * What the copy must hold when these entries of an archive are restored: rows, positions and large objects as the manifest
 * has them where the entries bring them, and no rows in tables that are made without.
 */
export function expectedContents(database: Contents, kept: readonly TocEntry[], sections: readonly string[]): Contents {
  const named = (description: string) =>
    new Set(kept.filter(entry => entry.description === description).map(({ namespace, tag }) => key(namespace, tag)));
  const [filled, positioned] = [named('TABLE DATA'), named('SEQUENCE SET')];
  const hasLargeObjects = kept.some(({ description }) => largeObjects.has(description));
  return {
    tables: [
      ...database.tables.filter(({ schema, name }) => filled.has(key(schema, name))),
      ...(sections.includes('pre-data') ? emptyTables(kept, filled) : []),
    ],
    sequences: database.sequences.filter(({ schema, name }) => positioned.has(key(schema, name))),
    largeObjects: hasLargeObjects || database.largeObjects === undefined ? database.largeObjects : 0,
  };
}

const largeObjects: ReadonlySet<string> = new Set(['BLOB', 'BLOBS', 'BLOB METADATA']);

/**
 * Tables that are made and of which no rows are brought. Partitions are left out where rows go through their root: these
 * may land in any of them.
 */
function emptyTables(kept: readonly TocEntry[], filled: ReadonlySet<string>): readonly CountedTable[] {
  const loaded = new Set([...partitionRoots(kept).values()].map(({ schema, name }) => key(schema, name)));
  const links = loaded.size > 0 ? linkEntries(kept) : undefined;
  const isLoadedByRoot = (entry: TocEntry) =>
    links?.rootsOf(entry).some(({ namespace, tag }) => loaded.has(key(namespace, tag)));
  return kept.flatMap(entry => {
    const { description, namespace, tag } = entry;
    if (description !== 'TABLE' || isPartitioned(entry) || filled.has(key(namespace, tag))) return [];
    if (isLoadedByRoot(entry)) return [];
    return [{ schema: namespace ?? '', name: tag, rows: 0, bytes: 0 }];
  });
}

/** Only newer archives say the kind of a relation. */
function isPartitioned({ relationKind, definition }: TocEntry): boolean {
  return relationKind === undefined ? /\nPARTITION BY /.test(definition ?? '') : relationKind === 'p';
}

function key(schema: string | undefined, name: string): string {
  return `${schema ?? ''}\0${name}`;
}
