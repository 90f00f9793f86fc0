import type { TocEntry } from '../postgres/archive/model.ts';
import { objectEntries } from '../postgres/archive/object-entries.ts';
import { findOldNames } from '../rename/old-names.ts';
import type { SchemaRename } from '../rename/schema-rename.ts';
import type { Check } from './finding.ts';
import { shortList } from './make-check.ts';
import { objectKey } from './toc-object.ts';

/**
 * After schemas were renamed: whether any text of the copy may still mean one by its old name. Nobody can tell from
 * outside, so such a copy is unproven, unless there is a reason why it does not matter. `allowed`: that reason. What else
 * the copy's database holds is not looked at.
 */
export function oldNamesCheck(
  source: readonly TocEntry[],
  target: readonly TocEntry[],
  renames: readonly SchemaRename[],
  allowed: string | undefined,
): Check {
  const keys = new Set(source.map(keyOf));
  const entries = objectEntries(target).filter(entry => keys.has(keyOf(entry)));
  const objects = findOldNames(entries, renames);
  const common = { name: 'old names', level: 'objects', compared: entries.length, findings: [] } as const;
  if (objects.length === 0) return { ...common, verdict: 'passed', note: undefined };
  const what = `text that may still mean a schema by its old name is in ${shortList(objects)}`;
  return allowed === undefined
    ? { ...common, verdict: 'could-not-verify', note: `${what}; if it does not, say why in rename.allow-old-names` }
    : { ...common, verdict: 'skipped', note: `${what}; allowed: ${allowed}` };
}

function keyOf({ description, namespace = '', tag }: TocEntry): string {
  return objectKey(description, namespace, tag);
}
