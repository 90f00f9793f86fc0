import { fault } from '../errors.ts';
import { parsePattern } from '../postgres/pattern.ts';

/** One pattern of names, as psql takes them. */
export interface NameFilter {
  readonly pattern: string;
  readonly matches: (schema: string, name: string) => boolean;
}

/** A pattern for schemas alone. Throws PGR123 for one that is no pattern. */
export function schemaFilter(pattern: string): NameFilter {
  const name = expression(pattern, parsePattern(pattern).name);
  return { pattern, matches: schema => name.test(schema) };
}

/** A pattern for tables or indexes, in any schema where it names none. Throws PGR123 for one that is no pattern. */
export function relationFilter(pattern: string): NameFilter {
  const parsed = parsePattern(pattern);
  const name = expression(pattern, parsed.name);
  const schema = parsed.schema === undefined ? undefined : expression(pattern, parsed.schema);
  return { pattern, matches: (inSchema, own) => name.test(own) && (schema?.test(inSchema) ?? true) };
}

function expression(pattern: string, text: string): RegExp {
  try {
    return new RegExp(text, 's');
  } catch (error) {
    throw fault('PGR123', `"${pattern}" is no pattern of names`, 'put names with special characters in quotes', error);
  }
}
