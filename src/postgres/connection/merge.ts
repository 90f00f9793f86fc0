import type { Problem } from '../../errors.ts';
import { type Assignment, type Parsed, problem } from './assignment.ts';
import { parseConninfo } from './conninfo-parser.ts';
import type { ConnectionSurroundings, DeclaredConnection } from './declared.ts';
import { findKeyword } from './keywords.ts';
import { findService } from './service.ts';
import { parseUrl } from './url.ts';
import { valueProblems } from './values.ts';

/** The parameters of a connection by libpq's keywords, each set once. An empty value counts as not given. */
export interface Merged {
  readonly values: Readonly<Record<string, string>>;
  /** False where a source could not be read: what it would have said is then not missing but unknown. */
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

/** Brings the forms of a declaration together: what is declared wins over the service, and nothing may be declared twice. */
export function mergeSources(declared: DeclaredConnection, surroundings: ConnectionSurroundings): Merged {
  const whole: readonly Parsed[] = [
    ...(declared.url === undefined ? [] : [parseUrl(declared.url)]),
    ...(declared.conninfo === undefined ? [] : [parseConninfo(declared.conninfo)]),
  ];
  const parts = partAssignments(declared);
  const explicit = [...whole.flatMap(source => source.assignments), ...parts].filter(given);
  const values = firstOfEach(explicit);
  const service =
    values['service'] === undefined ? nothing : findService(values['service'], values['servicefile'], surroundings);
  const fromService = firstOfEach(service.assignments.filter(given));
  return {
    values: { ...withoutForeignAddress(fromService, values), ...values },
    complete: [...whole, service].every(isReadable),
    problems: [
      ...whole.flatMap(source => source.problems),
      ...secondWay(declared),
      ...emptyPassword(declared),
      ...contradictions(explicit),
      ...service.problems,
      ...[...explicit, ...service.assignments.filter(given)].flatMap(valueProblems),
    ],
  };
}

function isReadable({ assignments, problems }: Parsed): boolean {
  if (problems.some(({ code }) => code === 'PGR101' || code === 'PGR102')) return false;
  return problems.length === 0 || assignments.length > 0;
}

const nothing: Parsed = { assignments: [], problems: [] };

function partAssignments({ parts, password, service, serviceFile }: DeclaredConnection): readonly Assignment[] {
  const declared = {
    ...parts,
    ...(service === undefined ? {} : { service }),
    ...(serviceFile === undefined ? {} : { servicefile: serviceFile }),
  };
  const assignments = Object.entries(declared).map(([keyword, value]) => ({
    keyword,
    value,
    origin: 'declared',
    showKeyword: true,
  }));
  if (password === undefined) return assignments;
  return [...assignments, { keyword: 'password', value: password.reveal(), origin: 'declared', showKeyword: true }];
}

function given({ value }: Assignment): boolean {
  return value !== '';
}

function firstOfEach(assignments: readonly Assignment[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...assignments].reverse().map(({ keyword, value }) => [keyword, value]));
}

/**
 * A service's numeric address belongs to the service's host. libpq would connect to it even where another host is
 * given, which is how one ends up on the wrong server.
 */
function withoutForeignAddress(
  service: Readonly<Record<string, string>>,
  explicit: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (explicit['host'] === undefined) return service;
  return Object.fromEntries(Object.entries(service).filter(([keyword]) => keyword !== 'hostaddr'));
}

function secondWay({ url, conninfo, parts }: DeclaredConnection): readonly Problem[] {
  const remedy = 'keep one of the two';
  if (url !== undefined && conninfo !== undefined)
    return [problem('PGR105', 'both url and conninfo are given', remedy)];
  const form = url === undefined ? (conninfo === undefined ? undefined : 'conninfo') : 'url';
  const beside = Object.keys(parts).filter(
    keyword => parts[keyword] !== '' && findKeyword(keyword)?.role === 'location',
  );
  if (form === undefined || beside.length === 0) return [];
  return [
    problem(
      'PGR105',
      `${form} is given together with ${beside.join(', ')}`,
      `${remedy}: either ${form}, or host, port, user and dbname`,
    ),
  ];
}

function emptyPassword({ password, parts }: DeclaredConnection): readonly Problem[] {
  if (password?.reveal() !== '' && parts['password'] !== '') return [];
  const remedy =
    'set the secret that it comes from, or leave password out; secrets are not available to workflows of forks';
  return [problem('PGR110', 'the password is empty', remedy)];
}

/** Parameters that are set more than once with different values. */
function contradictions(assignments: readonly Assignment[]): readonly Problem[] {
  const keywords = [...new Set(assignments.map(({ keyword }) => keyword))];
  return keywords.flatMap(keyword => {
    const same = assignments.filter(assignment => assignment.keyword === keyword);
    if (new Set(same.map(({ value }) => value)).size === 1) return [];
    if (keyword === 'password')
      return [problem('PGR106', 'two different passwords are given', 'give it once: in the url or as password')];
    const shown = findKeyword(keyword) === undefined ? 'a parameter' : keyword;
    const remedy = 'give it once';
    return [
      problem(
        'PGR105',
        `${shown} is given more than once with different values (${same.map(({ origin }) => origin).join('; ')})`,
        remedy,
      ),
    ];
  });
}
