/** pg_dump's parts of a dump. */
export const sections = ['pre-data', 'data', 'post-data'] as const;
export type DumpSection = (typeof sections)[number];

/** The sections that a dump holds that was made with these arguments of pg_dump. */
export function dumpedSections(parameters: readonly string[]): readonly DumpSection[] {
  const given = (...names: readonly string[]) => names.some(name => parameters.includes(`--${name}`));
  const named = parameters.filter(parameter => parameter.startsWith('--section='));
  const withoutRows = given('schema-only', 'no-data', 'statistics-only');
  const withoutDefinitions = given('data-only', 'no-schema', 'statistics-only');
  return sections.filter(
    section =>
      (named.length === 0 || named.includes(`--section=${section}`)) &&
      !(section === 'data' ? withoutRows : withoutDefinitions),
  );
}
