import type { Globals, Manifest } from '../dumpset/manifest.ts';
import { compareRoles } from '../verify/compare-roles.ts';
import type { Finding } from '../verify/finding.ts';
import { compareContents, type DatabaseDifference, isDifferent } from './compare-contents.ts';
import type { Dump } from './read-dump.ts';

/** What differs between two dumps; `--json` prints it as it is. Undefined is not known. */
export interface DumpDifference {
  readonly equal: boolean;
  readonly before: DumpFacts;
  readonly after: DumpFacts;
  /** Names of databases that only one of them holds. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Roles and tablespaces; undefined unless both have globals. */
  readonly globals: readonly Finding[] | undefined;
  readonly databases: readonly DatabaseDifference[];
  /** What a reader has to know to judge it. */
  readonly notes: readonly string[];
}

interface DumpFacts {
  readonly path: string;
  readonly dumpedAt: string;
  readonly server: string;
  readonly systemIdentifier: string | undefined;
  readonly client: string;
}

/**
 * Compares what two dumps tell of themselves. Databases are matched by name; `as` says under which name one of the first
 * is in the second. An archive is one database, so two archives are compared whatever its names.
 */
export function compareDumps(before: Dump, after: Dump, as: ReadonlyMap<string, string>): DumpDifference {
  const renamed = oneEach(before, after) ?? as;
  const pairs = before.databases.flatMap(one => {
    const other = after.databases.find(({ name }) => name === (renamed.get(one.name) ?? one.name));
    return other === undefined ? [] : [[one, other] as const];
  });
  const [ours, theirs] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
  const missing = before.databases.filter(one => !ours.includes(one)).map(({ name }) => name);
  const extra = after.databases.filter(other => !theirs.includes(other)).map(({ name }) => name);
  const globals = compareGlobals(before.manifest?.globals, after.manifest?.globals);
  const databases = pairs.map(([one, other]) => compareContents(one, other));
  const equal = missing.length + extra.length + (globals?.length ?? 0) === 0 && !databases.some(isDifferent);
  return {
    equal,
    before: factsOf(before),
    after: factsOf(after),
    missing,
    extra,
    globals,
    databases,
    notes: notesOn(before, after),
  };
}

/** Where one of them is a bare archive, and the other has one database as well. */
function oneEach({ manifest, databases }: Dump, other: Dump): ReadonlyMap<string, string> | undefined {
  const [one, copy] = [databases[0], other.databases[0]];
  const isBare = manifest === undefined || other.manifest === undefined;
  if (!isBare || one === undefined || copy === undefined || databases.length + other.databases.length > 2)
    return undefined;
  return new Map([[one.name, copy.name]]);
}

function factsOf({ path, dumpedAt, server, client, manifest }: Dump): DumpFacts {
  return { path, dumpedAt, server, systemIdentifier: manifest?.server.systemIdentifier, client };
}

function notesOn(before: Dump, after: Dump): readonly string[] {
  const other = [
    ...(majorOf(before.server) === majorOf(after.server) ? [] : ['server']),
    ...(majorOf(before.client) === majorOf(after.client) ? [] : ['pg_dump']),
  ];
  const [ours, theirs] = [before.manifest?.globals, after.manifest?.globals].map(globals => globals !== undefined);
  return [
    ...(other.length === 0
      ? []
      : [`another major of ${other.join(' and ')} may print the same definition in another way`]),
    ...(ours === theirs ? [] : [`only ${ours ? 'the first' : 'the second'} has globals: roles were not compared`]),
  ];
}

function majorOf(version: string): string {
  return /^\d+/.exec(version)?.[0] ?? version;
}

/** As `verify` compares roles, both ways: there is no restore here that would leave powers out. */
function compareGlobals(before: Globals | undefined, after: Globals | undefined): readonly Finding[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  const roles = [...before.roles, ...after.roles];
  const known = new Set(roles.flatMap(({ name, memberOf }) => [name, ...memberOf]));
  const compare = (one: Globals, other: Globals) =>
    compareRoles({ expected: one.roles, actual: { kind: 'read', value: other.roles }, known, made: undefined })
      .findings;
  const found = compare(before, after);
  const told = new Set(found.map(keyOf));
  const reversed = compare(after, before)
    .map(turned)
    .filter(finding => !told.has(keyOf(finding)));
  return [...found, ...reversed, ...compareTablespaces(before, after)];
}

function keyOf(finding: Finding): string {
  return JSON.stringify([finding.kind, finding.object, finding.kind === 'changed' ? finding.property : '']);
}

function turned(finding: Finding): Finding {
  switch (finding.kind) {
    case 'missing':
      return { ...finding, kind: 'extra' };
    case 'extra':
      return { ...finding, kind: 'missing' };
    case 'changed':
      return { ...finding, expected: finding.actual, actual: finding.expected };
  }
}

type Tablespace = NonNullable<NonNullable<Manifest['globals']>['tablespaces']>[number];

function compareTablespaces(before: Globals, after: Globals): readonly Finding[] {
  const [ours, theirs] = [before.tablespaces, after.tablespaces];
  if (ours === undefined || theirs === undefined) return [];
  const object = ({ name }: Tablespace) => `TABLESPACE ${name}`;
  const found = new Map(theirs.map(one => [one.name, one]));
  const names = new Set(ours.map(({ name }) => name));
  return [
    ...ours.flatMap((one): readonly Finding[] => {
      const other = found.get(one.name);
      if (other === undefined) return [{ kind: 'missing', object: object(one) }];
      return (['owner', 'location'] as const).flatMap(property =>
        one[property] === other[property]
          ? []
          : [{ kind: 'changed', object: object(one), property, expected: one[property], actual: other[property] }],
      );
    }),
    ...theirs.filter(({ name }) => !names.has(name)).map((one): Finding => ({ kind: 'extra', object: object(one) })),
  ];
}
