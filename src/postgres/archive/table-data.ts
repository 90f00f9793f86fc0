import { fault } from '../../errors.ts';
import type { TocEntry } from './model.ts';

export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** The relation of an entry, from namespace and tag: its statements may name another one (a partition's root). */
export function relationOf({ namespace, tag, dumpId, description }: TocEntry): QualifiedName {
  if (namespace === undefined || namespace === '')
    throw fault('PGR302', `entry ${dumpId} of the archive, ${description}, names no schema`, 'make the dump again');
  return { schema: namespace, name: tag };
}

/** Every table whose rows are in the archive, in the archive's order. Throws PGR302 for one without a schema. */
export function tableDataEntries(entries: readonly TocEntry[]): readonly QualifiedName[] {
  return entries.filter(entry => entry.description === 'TABLE DATA').map(relationOf);
}
