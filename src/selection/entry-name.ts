import type { TocEntry } from '../postgres/archive/model.ts';

/** An entry as people read it: `INDEX app.users_created`. */
export function entryName({
  description,
  namespace,
  tag,
}: Pick<TocEntry, 'description' | 'namespace' | 'tag'>): string {
  return `${description} ${namespace === undefined || namespace === '' ? '' : `${namespace}.`}${tag}`;
}
