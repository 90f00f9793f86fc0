import type { CloneStep } from '../config.ts';
import type { StepDeclaration } from '../declaration/file.ts';
import { type Before, checkConnection, checkFilled, type References } from './references.ts';

type Declared = Extract<StepDeclaration, { readonly kind: 'clone' }>;

/** Bytes of a name; the server cuts longer ones off (manual, "Identifiers and Key Words"). */
const longestName = 63;

/** A clone is made where the nearest restore before has made its database, unless it says where. */
export function resolveClone(
  { value, origin }: Declared,
  before: Before,
  references: References,
): CloneStep | undefined {
  const { database, count, temporary, strategy, jobs } = value;
  if (value.on !== undefined) {
    checkConnection(value.on, 'clone.on', 'write', references);
    checkFilled(value.on, 'clone.on', before, references);
  }
  const copies = Array.from({ length: count }, (_, index) => `${database.value}_${index + 1}`);
  if (Buffer.byteLength(copies.at(-1) ?? '') > longestName)
    references.problems.report(
      'PGR123',
      database.origin,
      'clone.database',
      `the names of the copies would be longer than ${longestName} bytes`,
      'clone a database of a shorter name',
    );
  const on = value.on?.value ?? before.restores.at(-1)?.into;
  if (on !== undefined) return { kind: 'clone', on, database: database.value, copies, temporary, strategy, jobs };
  if (!before.uncertain)
    references.problems.report('PGR128', origin, 'clone', 'no restore step comes before this one', 'add on');
  return undefined;
}
