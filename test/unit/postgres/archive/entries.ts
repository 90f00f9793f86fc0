import type { TocEntry } from '../../../../src/postgres/archive/model.ts';

/** A TOC entry for tests of what is read from entries. */
export function entryOf(changes: Partial<TocEntry>): TocEntry {
  return {
    dumpId: 1,
    hasData: false,
    tableOid: 1259,
    oid: 16384,
    tag: 'item',
    description: 'TABLE',
    section: 'pre-data',
    definition: undefined,
    dropStatement: undefined,
    copyStatement: undefined,
    namespace: 'app',
    tablespace: undefined,
    accessMethod: undefined,
    relationKind: undefined,
    owner: undefined,
    dependencies: [],
    location: { kind: 'file', name: undefined },
    ...changes,
  };
}
