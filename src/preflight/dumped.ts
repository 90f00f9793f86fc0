import { contentArguments, type DumpOptions } from '../postgres/arguments.ts';
import { dumpedSections } from '../postgres/dumped-sections.ts';
import { effectsOf } from '../postgres/options/flags.ts';
import { pgDump } from '../postgres/options/pg-dump.ts';

/** Whether a dump reads rows. */
export function holdsRows(options: DumpOptions): boolean {
  return dumpedSections(contentArguments(options)).includes('data');
}

/** Whether a dump takes only the rows that policies show to its role. */
export function asksForVisibleRows({ flags }: DumpOptions): boolean {
  return effectsOf(pgDump, flags).some(({ kind }) => kind === 'hides-rows');
}

/** They come with a whole database, and else only when they are asked for (pg_dump's manual, -b and -B). */
export function holdsLargeObjects(options: DumpOptions): boolean {
  const given = (...names: readonly string[]) => names.some(name => options.flags.includes(`--${name}`));
  if (!holdsRows(options) || given('no-large-objects', 'no-blobs')) return false;
  return includesAll(options) || given('large-objects', 'blobs');
}

/** True where nothing of the database is left out, and nothing of what the dump says about it. */
export function isWhole(options: DumpOptions): boolean {
  const { schema, table } = options.exclude;
  return includesAll(options) && schema.length === 0 && table.length === 0 && options.flags.length === 0;
}

function includesAll({ include, flags }: DumpOptions): boolean {
  const chosen = flags.some(flag => /^--(?:table-and-children|extension|filter)=/.test(flag));
  return include.schema.length === 0 && include.table.length === 0 && !chosen;
}
