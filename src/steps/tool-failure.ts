import { diagnose, type ToolRun } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/model.ts';
import { fault, type Problem, RoundtripError } from '../errors.ts';
import type { ToolMessage } from '../postgres/tool-output.ts';

/** How many causes are shown; the others are counted. */
const mostShown = 3;

/** How a tool failed. */
export interface Failed {
  readonly exitCode: number;
  /** The first of its errors. */
  readonly errors: readonly ToolMessage[];
  /** How many there were in all. */
  readonly count: number;
}

/** The error for a tool that failed: the causes of what it said, each with what follows from it and what to do. */
export function toolFailure(run: ToolRun, { exitCode, errors, count }: Failed): Error {
  const { program } = run;
  const findings = diagnose(errors, run);
  const [first, ...others] = findings.slice(0, mostShown);
  if (first === undefined)
    return fault(
      'PGR210',
      `${program} failed: it ended with exit code ${exitCode} and said nothing`,
      'the log above holds everything that it said',
    );
  const rest = [
    ...counted(findings.length - mostShown, 'more cause', 'more causes'),
    ...counted(count - errors.length, 'more error that was not looked at', 'more errors that were not looked at'),
  ];
  const unshown = rest.length === 0 ? '' : `; and ${rest.join(', and ')}: see the log above`;
  const problems = others.map(finding => problemOf(program, finding, ''));
  return new RoundtripError([problemOf(program, first, unshown), ...problems]);
}

function problemOf(program: string, finding: Finding, unshown: string): Problem {
  const { kind, class: kindOf, code, object, message, fix, follow, said } = finding;
  const follows = counted(follow, 'error that follows from it', 'errors that follow from it').map(
    text => ` (and ${text})`,
  );
  return {
    code,
    message: `${program}: ${placeIn(said)}${message}${follows.join('')}${unshown}`,
    remedy: fix,
    diagnosis: { kind, class: kindOf, object, follow, said },
  };
}

/** Psql ends at its first error, whose line is the place to look at. */
function placeIn(said: string): string {
  return /^psql: (line \d+: )/.exec(said)?.[1] ?? '';
}

function counted(count: number, one: string, many: string): readonly string[] {
  return count <= 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}
