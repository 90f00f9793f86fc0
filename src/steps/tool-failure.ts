import { fault } from '../errors.ts';
import type { Program } from '../postgres/process.ts';
import type { ToolMessage } from '../postgres/tool-output.ts';
import { diagnoses } from './tool-diagnoses.ts';

/** The error for a tool that failed: its known cause if there is one, else its own first words. */
export function toolFailure(program: Program, exitCode: number, errors: readonly ToolMessage[]): Error {
  const said = errors.map(({ text }) => ownWords(text));
  for (const diagnosis of diagnoses) {
    if (diagnosis.programs?.includes(program) === false) continue;
    for (const text of said) {
      const match = diagnosis.match.exec(text);
      if (match === null) continue;
      const captured = match.slice(1).find(group => group !== undefined) ?? '';
      const what = `${program}: ${placeIn(text)}${diagnosis.message(captured)}${others(errors)}`;
      return fault(diagnosis.code, what, diagnosis.remedy);
    }
  }
  const first =
    errors[0]?.text.split('\n').slice(0, 3).join(' ') ?? `it ended with exit code ${exitCode} and said nothing`;
  return fault('PGR210', `${program} failed: ${first}${others(errors)}`, 'the log above holds everything that it said');
}

/** Psql ends at its first error, whose line is the place to look at. */
function placeIn(text: string): string {
  return /^psql: (line \d+: )/.exec(text)?.[1] ?? '';
}

/** Without the statement and the data that a message quotes: these are the database's, and may hold any words. */
function ownWords(text: string): string {
  if (text.startsWith('pg_dump: error: query was: ')) return '';
  return text.replace(/\n(?:DETAIL|CONTEXT|LINE \d+|Command was|pg_\w+: detail: (?:Query|Command) was): .*$/s, '');
}

function others(errors: readonly ToolMessage[]): string {
  if (errors.length < 2) return '';
  return errors.length === 2 ? ' (and 1 more error)' : ` (and ${errors.length - 1} more errors)`;
}
