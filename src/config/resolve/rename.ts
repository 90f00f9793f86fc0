import type { SchemaRenaming } from '../config.ts';
import type { Problems } from '../problems.ts';
import type { Located } from '../schema/kind.ts';

interface Declared {
  readonly schema: ReadonlyMap<string, string>;
  readonly 'allow-old-names': string | undefined;
}

/** Reports names that two schemas would have, be it for a moment. */
export function resolveRename(
  declared: Located<Declared> | undefined,
  path: string,
  problems: Problems,
): SchemaRenaming | undefined {
  if (declared === undefined) return undefined;
  const { schema, 'allow-old-names': allowOldNames } = declared.value;
  const names = [...schema.values()];
  if (new Set(names).size < names.length) {
    problems.report('PGR150', declared.origin, path, 'two schemas get the same name', 'give each a name of its own');
  }
  for (const name of names) {
    if (!schema.has(name)) continue;
    const what = `${JSON.stringify(name)} is the old name of one schema and the new name of another`;
    problems.report('PGR150', declared.origin, path, what, 'give it a name that none of them had');
  }
  return { schema: Object.fromEntries(schema), allowOldNames };
}
