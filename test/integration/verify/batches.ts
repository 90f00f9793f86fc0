import type { Change } from './changes.ts';

/**
 * Changes that are told of different objects go into one copy and one comparison: each still has to be found by its own
 * words, and nothing beside them. `apart`: they stand in each other's way otherwise, or need the whole copy.
 */
export function inBatches(changes: readonly Change[], most: number): readonly (readonly Change[])[] {
  const batches: { readonly changes: Change[]; readonly objects: Set<string> }[] = [];
  for (const change of changes) {
    const objects = change.findings.map(objectOf);
    const batch =
      change.apart === true
        ? undefined
        : batches.find(
            one =>
              one.changes.length < most &&
              objects.every(object => !one.objects.has(object)) &&
              !one.changes.some(({ apart }) => apart),
          );
    if (batch === undefined) batches.push({ changes: [change], objects: new Set(objects) });
    else {
      batch.changes.push(change);
      for (const object of objects) batch.objects.add(object);
    }
  }
  return batches.map(batch => batch.changes);
}

/** `app.users` of `changed TABLE app.users: definition` and of `changed app.users: rows`. */
function objectOf(finding: string): string {
  return finding
    .replace(/^(?:missing|extra|changed) /, '')
    .replace(/: [\w ]+$/, '')
    .replace(/\b[A-Z]{2,} /g, '')
    .replace(/ ?\(.*/, '');
}
