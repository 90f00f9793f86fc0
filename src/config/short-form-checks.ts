import { nearest } from '../postgres/connection/nearest.ts';
import type { Problems, Spelling } from './problems.ts';
import type { InputValues, ShortInput } from './short-form.ts';
import { sourceDatabase } from './short-form-build.ts';

/** Reports what is missing and what does not go together, among inputs that are given and no defaults. */
export function checkShortForm(
  given: InputValues,
  inputs: readonly ShortInput[],
  problems: Problems,
  spell: Spelling,
): void {
  const report = (name: string, what: string, remedy: string) =>
    problems.report('PGR129', { kind: 'input', name }, '', what, remedy);
  for (const name of Object.keys(given)) {
    const known = inputs.find(each => each.name === name);
    if (known === undefined) {
      const near = nearest(
        name,
        inputs.map(each => each.name),
      );
      report(name, 'there is no such input', near === undefined ? 'remove it' : `did you mean ${spell(near)}?`);
    } else if (known.needs !== undefined && given[known.needs] === undefined) {
      const remedy = `give ${spell(known.needs)} as well; in a workflow started from a fork, secrets are empty`;
      report(name, `it means nothing without ${spell(known.needs)}, which is empty`, remedy);
    }
  }
  if (given['source-url'] === undefined) {
    const remedy = `give ${spell('config')} or ${spell('source-url')}; in a workflow started from a fork, secrets are empty`;
    report('source-url', 'nothing says what to dump', remedy);
  } else if (given['target-database'] !== undefined && sourceDatabase(given).kind === 'unclear') {
    const remedy = `name one database, without * or ?, by ${spell('databases')} or in ${spell('source-url')}`;
    report('target-database', 'it needs exactly one database to rename', remedy);
  }
}
