import type { TocEntry } from '../postgres/archive/model.ts';
import type { Session } from '../postgres/session.ts';
import type { Check, Finding } from './finding.ts';
import { makeCheck, unreadCheck } from './make-check.ts';
import { type Reading, type RelationName, relationKey, relationLabel } from './reading.ts';

/** A constraint, one of whose own triggers does not fire as it was made to. */
export type UnguardedConstraint = RelationName & {
  readonly table: string;
  /** As `pg_constraint.contype` has it. */
  readonly type: string;
  /** As ALTER TABLE says it: DISABLE, ENABLE REPLICA or ENABLE ALWAYS. */
  readonly state: string;
};

/**
 * ALTER TABLE … DISABLE TRIGGER ALL, which `pg_restore --disable-triggers` does for a while, reaches the triggers by which
 * foreign keys and deferred constraints are enforced. pg_dump says nothing of those.
 */
export async function unguardedConstraints(session: Session): Promise<readonly UnguardedConstraint[]> {
  return session.query<UnguardedConstraint>(`
    SELECT DISTINCT n.nspname::pg_catalog.text AS "schema", c.relname::pg_catalog.text AS "table",
      k.conname::pg_catalog.text AS "name", k.contype::pg_catalog.text AS "type",
      CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END AS "state"
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE t.tgisinternal AND t.tgenabled <> 'O' AND k.contype <> 't'
    ORDER BY 1, 2, 3, 5`);
}

/**
 * A restored constraint is enforced. `original`: those of a live source, which may have some that are not. With
 * `restored` the copy holds other tables as well, and only these entries count. Undefined where there is nothing to say.
 */
export function checkConstraintTriggers(
  reading: Reading<readonly UnguardedConstraint[]>,
  original: readonly UnguardedConstraint[],
  restored?: readonly TocEntry[],
): Check | undefined {
  const name = 'constraint triggers';
  if (reading.kind === 'unreadable') return unreadCheck(name, 'objects', reading.reason);
  const tables = restored && new Set(restored.filter(isTable).map(tableKey));
  const among = reading.value.filter(one => tables?.has(relationKey({ schema: one.schema, name: one.table })) ?? true);
  const [expected, actual] = [statesOf(original), statesOf(among)];
  const keys = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  if (keys.length === 0) return undefined;
  const findings = keys.flatMap((object): readonly Finding[] => {
    const [ours, theirs] = [expected.get(object) ?? 'ENABLE', actual.get(object) ?? 'ENABLE'];
    return ours === theirs ? [] : [{ kind: 'changed', object, property: 'triggers', expected: ours, actual: theirs }];
  });
  return makeCheck({ name, level: 'objects', compared: keys.length, findings });
}

/** By the name that the archive gives them. */
function statesOf(constraints: readonly UnguardedConstraint[]): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const { schema, table, name, type, state } of constraints) {
    const object = `${type === 'f' ? 'FK CONSTRAINT' : 'CONSTRAINT'} ${relationLabel({ schema, name: table })} ${name}`;
    const before = states.get(object);
    states.set(object, before === undefined ? state : `${before}, ${state}`);
  }
  return states;
}

function isTable({ description }: TocEntry): boolean {
  return description === 'TABLE';
}

function tableKey({ namespace, tag }: TocEntry): string {
  return relationKey({ schema: namespace ?? '', name: tag });
}
