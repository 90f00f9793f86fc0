import type { DumpOptions } from './arguments.ts';

/** Options of pg_dump by which objects or rows stay out of a dump. */
const choosing =
  /^--(?:schema|table|extension|table-and-children|filter|section|schema-only|data-only|statistics-only|exclude-[a-z-]+|no-(?:acl|blobs|comments|data|large-objects|policies|privileges|publications|schema|security-labels|subscriptions|unlogged-table-data))(?:=|$)/;

const nothing = { schema: [], table: [] } as const;

export type Filters = Pick<DumpOptions, 'include' | 'exclude' | 'flags'>;

/** The same dump of the whole database; undefined where it is that already. */
export function unfiltered<Options extends Filters>(options: Options): Options | undefined {
  const { include, exclude } = options;
  const flags = options.flags.filter(flag => !choosing.test(flag));
  const patterns = [...Object.values(include), ...Object.values(exclude)].flat();
  if (patterns.length === 0 && flags.length === options.flags.length) return undefined;
  return { ...options, include: nothing, exclude: { ...nothing, 'table-data': [] }, flags };
}

/** Whether rows stay out that row security hides from the role. */
export function hidesRows({ flags }: DumpOptions): boolean {
  return flags.includes('--enable-row-security');
}
