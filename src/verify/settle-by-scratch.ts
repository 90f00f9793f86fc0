import type { TocEntry } from '../postgres/archive/model.ts';
import { objectEntries } from '../postgres/archive/object-entries.ts';
import { ownerOfPublic, type TargetDefinition } from './compare-objects.ts';
import type { Finding } from './finding.ts';
import { normaliseBlankLines } from './normalise.ts';
import { inOneForm } from './one-form.ts';
import { objectKey } from './toc-object.ts';

/**
 * Tells a change from another way to print the same. `scratchEntries` are the table of contents of an empty database of
 * the target's server into which the same archive was restored without data: a definition that the copy shares with it
 * was only rendered anew (another major, a CHECK that is stored in another form after its first round trip), and an
 * object that both have came out of the archive or with the server.
 * Returns the findings that are thereby no differences.
 */
export function settleByScratch(
  unsettled: readonly TargetDefinition[],
  scratchEntries: readonly TocEntry[],
  targetEntries: readonly TocEntry[],
): ReadonlySet<Finding> {
  const keys = new Set(unsettled.map(({ key }) => key));
  const scratch = countDefinitions(scratchEntries, keys);
  const target = countDefinitions(targetEntries, keys);
  // Objects can share a key, so that one of the scratch database may stand for only one of the copy.
  const agrees = (form: string) => (scratch.get(form) ?? 0) >= Math.max(1, target.get(form) ?? 0);
  return new Set(
    unsettled
      .filter(({ key, definition, owner = '' }) => agrees(`${key}\0${owner}\0${definition}`))
      .map(({ finding }) => finding),
  );
}

function countDefinitions(entries: readonly TocEntry[], keys: ReadonlySet<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of objectEntries(entries).map(one => inOneForm(one, undefined))) {
    const { description, namespace, tag, definition } = entry;
    const key = objectKey(description, namespace ?? '', tag);
    if (!keys.has(key)) continue;
    // Owners of all else are compared on their own.
    for (const owner of new Set(['', ownerOfPublic(entry) ?? ''])) {
      const form = `${key}\0${owner}\0${normaliseBlankLines(definition ?? '')}`;
      counts.set(form, (counts.get(form) ?? 0) + 1);
    }
  }
  return counts;
}
