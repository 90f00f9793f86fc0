import type { UserCheck } from '../../verify/user-checks/user-check.ts';
import type { VerifyStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import type { Located } from '../schema/kind.ts';
import { type Before, checkConnection, checkFilled, type References } from './references.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'verify' }>['value'];
type DeclaredCheck = NonNullable<Declared['checks']>['value'][number]['value'];

/** What a verify step asks beside its comparison. A source that is to be asked has to be known. */
export function resolveUserChecks(
  value: Declared,
  from: string,
  before: Before,
  references: References,
): Pick<VerifyStep, 'checks' | 'source' | 'pgtap' | 'foreign-keys'> {
  const { problems } = references;
  const checks = (value.checks?.value ?? []).flatMap(check => resolveCheck(check, references) ?? []);
  const names = checks.map(({ name }) => name);
  for (const { value: check, origin } of value.checks?.value ?? []) {
    if (names.indexOf(check.name) === names.lastIndexOf(check.name)) continue;
    const what = `two checks have the name ${JSON.stringify(check.name.slice(0, 60))}`;
    problems.report('PGR150', origin, 'verify.checks', what, 'give each a name of its own');
  }
  if (value.source !== undefined) {
    checkConnection(value.source, 'verify.source', 'read', references);
    checkFilled(value.source, 'verify.source', before, references);
  }
  const source = value.source?.value ?? before.sources.get(from);
  if (source === undefined && value.checks !== undefined && !before.uncertain && checks.some(asksSource)) {
    const what = 'a check asks the source, and no dump step before makes this dump set';
    problems.report('PGR127', value.checks.origin, 'verify.checks', what, 'add source: the connection of the source');
  }
  return { checks, source, pgtap: value.pgtap ?? [], 'foreign-keys': value['foreign-keys'] };
}

function asksSource({ on }: UserCheck): boolean {
  return on !== 'target';
}

function resolveCheck(
  { value: check, origin }: Located<DeclaredCheck>,
  { problems }: References,
): UserCheck | undefined {
  const { name, sql, database, on, expect } = check;
  if (expect === undefined && on !== 'both') {
    const what = `the check ${JSON.stringify(name.slice(0, 60))} says nothing of what it expects`;
    problems.report(
      'PGR127',
      origin,
      'verify.checks',
      what,
      'add expect, or write on: both for the same on both sides',
    );
    return undefined;
  }
  if (expect?.kind === 'same' && on !== undefined && on !== 'both') {
    const what = `equal: source compares both sides, and on: ${on} asks one`;
    problems.report('PGR150', origin, 'verify.checks', what, 'remove on');
    return undefined;
  }
  const same = expect === undefined || expect.kind === 'same';
  return { name, sql, database, on: same ? 'both' : (on ?? 'target'), expect: expect ?? { kind: 'same' } };
}
