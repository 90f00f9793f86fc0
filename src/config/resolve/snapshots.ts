import { onlySource } from './dump.ts';
import type { References } from './references.ts';
import type { Steps } from './steps.ts';

/** Reports snapshots that no two dumps share, and those that dumps of different connections want to share. */
export function checkSnapshots(all: Steps, references: References): void {
  const uses = all.flatMap(step => {
    const snapshot = step?.kind === 'dump' ? step.value.snapshot : undefined;
    if (step?.kind !== 'dump' || snapshot === undefined) return [];
    return [{ ...snapshot, connection: step.value.from?.value ?? onlySource(all, references) }];
  });
  for (const [index, { value: name, origin, connection }] of uses.entries()) {
    const sharing = uses.filter(use => use.value === name);
    const first = uses.find(use => use.value === name);
    if (sharing.length === 1 && !all.includes(undefined)) {
      const what = `no other dump shares the snapshot ${JSON.stringify(name)}`;
      const remedy = 'give another dump the same name, or remove it: each dump has a snapshot of its own';
      references.problems.report('PGR150', origin, 'dump.snapshot', what, remedy);
    }
    if (first === undefined || uses.indexOf(first) === index || first.connection === connection) continue;
    const what = `the snapshot ${JSON.stringify(name)} is one of the connection ${first.connection}`;
    references.problems.report('PGR150', origin, 'dump.snapshot', what, 'give it a name of its own');
  }
}
