import { isAbsolute, join, resolve } from 'node:path';
import { type Assignment, type Parsed, unusable } from './assignment.ts';
import type { ConnectionSurroundings } from './declared.ts';

/**
 * Finds a service where libpq does (manual, "The Connection Service File"): in the named file alone, or else in
 * PGSERVICEFILE or `~/.pg_service.conf`, then in `pg_service.conf` of PGSYSCONFDIR.
 */
export function findService(name: string, namedFile: string | undefined, surroundings: ConnectionSurroundings): Parsed {
  const files = serviceFiles(namedFile, surroundings);
  const searched: string[] = [];
  for (const file of files) {
    const text = surroundings.readFile(file);
    if (text === undefined) continue;
    searched.push(file);
    const found = readService(text, name, file);
    if (found !== undefined) return found;
  }
  const message =
    searched.length === 0
      ? `service "${name}" is asked for and there is no service file (looked for ${files.join(', ')})`
      : `service "${name}" is not in ${searched.join(' or ')}`;
  return unusable('PGR114', message, `add a section [${name}] to the file, or name the file as servicefile`);
}

function serviceFiles(
  namedFile: string | undefined,
  { environment, homeDirectory, workspace }: ConnectionSurroundings,
): readonly string[] {
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(workspace, path));
  if (namedFile !== undefined) return [absolute(namedFile)];
  const system = environment['PGSYSCONFDIR'];
  return [
    absolute(environment['PGSERVICEFILE'] || join(homeDirectory, '.pg_service.conf')),
    ...(system ? [join(absolute(system), 'pg_service.conf')] : []),
  ];
}

/** The assignments of one section, as libpq reads them: no quotes, no blanks around `=`, the first of two equal names counts. */
function readService(text: string, name: string, file: string): Parsed | undefined {
  const lines = text.split(/\r?\n/).map(line => line.trim());
  const header = lines.indexOf(`[${name}]`);
  if (header < 0) return undefined;
  const assignments: Assignment[] = [];
  for (const [index, line] of lines.entries()) {
    if (index <= header || line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) break;
    const origin = `in line ${index + 1} of ${file}`;
    const equals = line.indexOf('=');
    const keyword = line.slice(0, equals);
    // Before the "=" stands a name, so nothing secret is shown; a line without one may be anything.
    if (equals <= 0)
      return unusable(
        'PGR114',
        `line ${index + 1} of ${file} is not of the form name=value`,
        'libpq knows neither LDAP addresses here nor other forms: write name=value',
      );
    if (keyword === 'service' || keyword === 'servicefile') {
      return unusable(
        'PGR114',
        `service "${name}" refers to another service ${origin}`,
        'write the parameters of that service here: libpq does not follow a second one',
      );
    }
    if (assignments.some(earlier => earlier.keyword === keyword)) continue;
    assignments.push({ keyword, value: line.slice(equals + 1), origin, showKeyword: true });
  }
  return { assignments, problems: [] };
}
