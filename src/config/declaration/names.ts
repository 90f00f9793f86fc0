import { isAbsolute, relative, resolve, sep } from 'node:path';
import { refined } from '../schema/collections.ts';
import type { Decoding, Kind, Objection } from '../schema/kind.ts';
import { text } from '../schema/scalars.ts';
import { fillName } from './templates.ts';

/** The name of a database, role or connection parameter, taken literally. */
export const name = text({ type: 'name', expects: 'a name (text without control characters)', code: 'PGR108' });

/** A name or pattern of schemas or tables, as psql takes them. */
export const pattern = text({ type: 'pattern', expects: 'a name or pattern (text in one line)', code: 'PGR108' });

export const connectionName = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The name of a workflow artifact; `@actions/artifact` refuses what some file system cannot hold. */
const plainArtifactName = text({
  type: 'name',
  expects: 'a name without " < > | * ? : \\ / and control characters',
  pattern: /^[^"<>|*?:\\/\p{Cc}]+$/u,
  code: 'PGR132',
});
export const artifactName = named(plainArtifactName, 'without database');

/** The name of what is published: `{database}` in it is the one that was dumped. */
export const publishedName = named(plainArtifactName, 'with database');

/**
 * A path within the workspace or the temporary folder, judged by its text alone; links are looked at where the path is
 * used. Gives it relative to the workspace where it lies within, else absolute.
 */
export function path(expects: string): Kind<string> {
  return refined(named(text({ expects, type: 'path' }), 'without database'), locate);
}

/** A path of what this run makes: `{database}` in it is the one that was dumped. */
export function newPath(expects: string): Kind<string> {
  return refined(named(text({ expects, type: 'path' }), 'with database'), locate);
}

/** Names and paths may have parts in braces that differ from run to run. */
function named(kind: Kind<string>, allowed: Parameters<typeof fillName>[2]): Kind<string> {
  return refined(kind, (value, { nameParts }) => fillName(value, nameParts, allowed));
}

function locate(value: string, { workspace, temporary }: Decoding): { readonly value: string } | Objection {
  const absolute = resolve(workspace, value);
  if (absolute === resolve(workspace)) {
    const remedy = 'name a folder or file inside of the workspace';
    return { code: 'PGR130', what: 'the path is the workspace itself', remedy };
  }
  if (isWithin(absolute, workspace)) return { value: relative(workspace, absolute) };
  if (temporary !== undefined && isAbsolute(value) && isWithin(absolute, temporary)) return { value: absolute };
  const inside = temporary === undefined ? '' : ', or an absolute one in the temporary folder';
  return {
    code: 'PGR130',
    what: 'the path leaves the workspace',
    remedy: `give a path relative to the workspace, without ..${inside}`,
  };
}

function isWithin(absolute: string, folder: string): boolean {
  const way = relative(folder, absolute);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
