import type { Check, Finding } from './finding.ts';
import { makeCheck, unreadCheck } from './make-check.ts';
import { type Reading, type RelationName, relationKey, relationLabel } from './reading.ts';

/** Compares which materialized views are filled, of two live databases. Views that only one has are the objects' matter. */
export function comparePopulated(
  source: Reading<readonly RelationName[]>,
  copy: Reading<readonly RelationName[]>,
): Check {
  const name = 'materialized views';
  for (const reading of [source, copy])
    if (reading.kind === 'unreadable') return unreadCheck(name, 'objects', reading.reason);
  const [expected, actual] = [source, copy].map(reading => (reading.kind === 'read' ? reading.value : []));
  const difference = (
    views: readonly RelationName[] = [],
    others: readonly RelationName[] = [],
    populated: boolean,
  ): readonly Finding[] => {
    const known = new Set(others.map(relationKey));
    return views
      .filter(view => !known.has(relationKey(view)))
      .map(view => ({
        kind: 'changed',
        object: `MATERIALIZED VIEW ${relationLabel(view)}`,
        property: 'populated',
        expected: String(populated),
        actual: String(!populated),
      }));
  };
  const findings = [...difference(expected, actual, false), ...difference(actual, expected, true)];
  return makeCheck({ name, level: 'objects', compared: (expected?.length ?? 0) + (actual?.length ?? 0), findings });
}
