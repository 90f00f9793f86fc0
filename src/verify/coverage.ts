import type { DumpedDatabase, NotCovered } from '../dumpset/manifest.ts';
import type { TocEntry } from '../postgres/archive/model.ts';
import { entryName } from '../selection/entry-name.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, shortList } from './make-check.ts';
import { objectKey } from './toc-object.ts';

/** How many objects a manifest names. */
const mostObjects = 1_000;

/** Settings of the dump's session, and what is gathered anew after a restore. */
const ofNoObject: ReadonlySet<string> = new Set([
  'ENCODING',
  'STDSTRINGS',
  'SEARCHPATH',
  '<Init>',
  'STATISTICS DATA',
  'BLOBS',
]);

export const everythingCovered: NotCovered = { count: 0, kinds: {}, objects: [] };

/** What the table of contents of the whole database has and that of the dump has not. */
export function notCoveredBy(archive: readonly TocEntry[], whole: readonly TocEntry[]): NotCovered {
  const there = new Map<string, number>();
  for (const entry of archive) there.set(keyOf(entry), (there.get(keyOf(entry)) ?? 0) + 1);
  const missing = whole.filter(entry => {
    if (ofNoObject.has(entry.description)) return false;
    const count = there.get(keyOf(entry)) ?? 0;
    if (count > 0) there.set(keyOf(entry), count - 1);
    return count === 0;
  });
  const kinds: Record<string, number> = {};
  for (const { description } of missing) kinds[description] = (kinds[description] ?? 0) + 1;
  return { count: missing.length, kinds, objects: missing.slice(0, mostObjects).map(entryName) };
}

/** For people; nothing where the dump covers everything, or nobody has asked. */
export function coverageNotes({ name, notCovered }: Pick<DumpedDatabase, 'name' | 'notCovered'>): readonly string[] {
  if (notCovered === undefined) return [];
  const { count, kinds, objects, unknown } = notCovered;
  if (unknown !== undefined) return [`what the dump of "${name}" leaves out could not be listed: ${unknown}`];
  if (count === 0) return [];
  const summed = Object.entries(kinds).map(([kind, number]) => `${number} ${kind}`);
  return [`the dump of "${name}" leaves out ${summed.join(', ')}: ${shortList(objects, count)}`];
}

/** Whether a copy of the dump can be a copy of the whole source. `leftOut` is what the restore left behind of it. */
export function checkCoverage(notCovered: NotCovered | undefined, leftOut: readonly string[]): Check {
  const { count, objects, unknown } = notCovered ?? {
    ...everythingCovered,
    unknown: 'the manifest does not tell what the dump leaves out',
  };
  const missing = (object: string): Finding => ({ kind: 'missing', object });
  const unnamed = count - objects.length;
  return makeCheck({
    name: 'coverage',
    level: 'objects',
    compared: count + leftOut.length,
    findings: [...objects, ...leftOut].map(missing),
    unread: unknown === undefined ? [] : [unknown],
    notes: unnamed > 0 ? [`${unnamed} more are left out of the dump`] : [],
  });
}

function keyOf({ description, namespace = '', tag }: TocEntry): string {
  return objectKey(description, namespace, tag);
}
