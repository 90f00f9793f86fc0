import type { Membership, Role } from '../dumpset/manifest.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, shortList, unreadCheck } from './make-check.ts';
import type { Reading } from './reading.ts';

export interface RoleComparison {
  /** Those of the dumped cluster. */
  readonly expected: readonly Role[];
  readonly actual: Reading<readonly Role[]>;
  /** Names of all roles of the copy's server, those of the system included. */
  readonly known: ReadonlySet<string>;
  /** Roles that the restore has made; undefined where no restore of this run is known. */
  readonly made: ReadonlySet<string> | undefined;
}

/** Attributes that only a superuser can give: a restore makes roles without them. */
const powers = ['superuser', 'replication', 'bypassRowSecurity'] as const;
const attributes = ['login', 'inherit', 'createRole', 'createDatabase', 'connectionLimit'] as const;
const words: Readonly<Record<(typeof powers)[number] | (typeof attributes)[number], string>> = {
  superuser: 'superuser',
  replication: 'replication',
  bypassRowSecurity: 'bypassrls',
  login: 'login',
  inherit: 'inherit',
  createRole: 'createrole',
  createDatabase: 'createdb',
  connectionLimit: 'connection limit',
};

type Difference = Extract<Finding, { readonly kind: 'changed' }>;

/**
 * Roles with their attributes, memberships and settings in all databases. A role that was there before the restore has
 * stayed as it was, which is worth a note; so are powers that a restore gives to nobody, ADMIN OPTION among them. More power than in the source
 * is a difference. Values of settings may be secrets and are not shown.
 */
export function compareRoles({ expected, actual, known, made }: RoleComparison): Check {
  const name = 'roles';
  if (actual.kind === 'unreadable') return unreadCheck(name, 'objects', actual.reason);
  const found = new Map(actual.value.map(role => [role.name, role]));
  const findings: Finding[] = [];
  const before: string[] = [];
  const powerless: string[] = [];
  const withoutAdmin: string[] = [];
  const unknownGroups = new Set<string>();
  for (const role of expected) {
    const copy = found.get(role.name);
    if (copy === undefined) {
      findings.push({ kind: 'missing', object: `ROLE ${role.name}` });
      continue;
    }
    for (const group of role.memberOf) if (!known.has(group)) unknownGroups.add(group);
    if (powers.some(power => role[power] && !copy[power])) powerless.push(role.name);
    if (pairsOf(role, copy).some(([ours, theirs]) => ours.admin && !theirs.admin)) withoutAdmin.push(role.name);
    const differences = differencesOf(role, copy, known);
    if (made !== undefined && !made.has(role.name)) {
      if (differences.length > 0)
        before.push(`${role.name} (${differences.map(({ property }) => property).join(', ')})`);
    } else findings.push(...differences);
  }
  const notes = [
    ...(before.length === 0 ? [] : [`there before and other than in the source: ${shortList(before)}`]),
    ...(powerless.length === 0
      ? []
      : [`without superuser, replication or bypassrls, which a restore gives to nobody: ${shortList(powerless)}`]),
    ...(withoutAdmin.length === 0
      ? []
      : [`without ADMIN OPTION on a group, which a restore gives to nobody: ${shortList(withoutAdmin)}`]),
    ...(unknownGroups.size === 0 ? [] : [`groups that this server does not have: ${shortList([...unknownGroups])}`]),
  ];
  return makeCheck({ name, level: 'objects', compared: expected.length, findings, notes });
}

function differencesOf(role: Role, copy: Role, known: ReadonlySet<string>): readonly Difference[] {
  const groups = (names: readonly string[]) =>
    [...new Set(names)]
      .filter(name => known.has(name))
      .sort()
      .join(', ');
  const plain: readonly (readonly [string, unknown, unknown])[] = [
    ...attributes.map(each => [words[each], role[each], copy[each]] as const),
    ...powers.filter(each => copy[each]).map(each => [words[each], role[each], copy[each]] as const),
    ['member of', groups(role.memberOf), groups(copy.memberOf)],
  ];
  return [
    ...plain
      .filter(([, ours, theirs]) => ours !== theirs)
      .map(([property, ours, theirs]) => changed(role, property, String(ours), String(theirs))),
    ...membershipDifferences(role, copy),
    ...settingDifferences(role, copy),
  ];
}

/** Memberships that both have. */
function pairsOf(role: Role, copy: Role): readonly (readonly [Membership, Membership])[] {
  const theirs = new Map(copy.memberships?.map(each => [each.role, each]));
  return (role.memberships ?? []).flatMap(ours => {
    const other = theirs.get(ours.role);
    return other === undefined ? [] : [[ours, other] as const];
  });
}

/** Before 16 every member may SET ROLE, and inherits where it is one that inherits. */
function membershipDifferences(role: Role, copy: Role): readonly Difference[] {
  return pairsOf(role, copy).flatMap(([ours, theirs]) => {
    const properties = [
      ['inherit', ours.inherit ?? role.inherit, theirs.inherit ?? copy.inherit],
      ['set', ours.set ?? true, theirs.set ?? true],
      // Less than in the source is what a restore makes.
      ['admin', ours.admin && theirs.admin, theirs.admin],
    ] as const;
    return properties
      .filter(([, one, other]) => one !== other)
      .map(([option, one, other]) => changed(role, `${option} option of ${ours.role}`, String(one), String(other)));
  });
}

function settingDifferences(role: Role, copy: Role): readonly Difference[] {
  if (role.configuration === undefined || copy.configuration === undefined) return [];
  const [ours, theirs] = [settingsOf(role.configuration), settingsOf(copy.configuration)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap(setting => {
    const [one, other] = [ours.get(setting), theirs.get(setting)];
    if (one === other) return [];
    const shown = [one === undefined ? 'not set' : 'a hidden value', other === undefined ? 'not set' : 'another value'];
    return [changed(role, `setting ${setting}`, shown[0] ?? '', shown[1] ?? '')];
  });
}

/** `name=value`, as `pg_db_role_setting` holds them. */
function settingsOf(configuration: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    configuration.map(text => {
      const at = text.indexOf('=');
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
}

function changed({ name }: Role, property: string, expected: string, actual: string): Difference {
  return { kind: 'changed', object: `ROLE ${name}`, property, expected, actual };
}
