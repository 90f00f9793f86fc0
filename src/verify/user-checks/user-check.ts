import type { Check, Finding } from '../finding.ts';
import { makeCheck } from '../make-check.ts';
import type { Reading } from '../reading.ts';
import { agree, type Difference, type Expectation, meets, type Rows } from './expectation.ts';

/** A question to databases that somebody has written, and what the answer has to be. */
export interface UserCheck {
  readonly name: string;
  /** One query. */
  readonly sql: string;
  /** Only for the database with this name in the dump set; undefined for all. */
  readonly database: string | undefined;
  readonly on: 'source' | 'target' | 'both';
  readonly expect: Expectation;
}

/** What was answered; undefined for a side that was not asked. */
export interface Answers {
  readonly source: Reading<Rows> | undefined;
  readonly copy: Reading<Rows> | undefined;
}

/** Judges the answers. A query that failed proves nothing, so the check does not pass. */
export function judgeUserCheck({ name, expect }: UserCheck, answers: Answers): Check {
  const sides = [
    { side: 'source', answer: answers.source },
    { side: 'copy', answer: answers.copy },
  ] as const;
  const unread = sides.flatMap(({ side, answer }) =>
    answer?.kind === 'unreadable' ? [`the ${side} (${answer.reason})`] : [],
  );
  const differences =
    expect.kind === 'same'
      ? [{ property: 'result', difference: sameAnswers(expect, answers) }]
      : sides.map(({ side, answer }) => ({
          property: `result in the ${side}`,
          difference: answer?.kind === 'read' ? meets(expect, answer.value) : undefined,
        }));
  return makeCheck({
    name: userCheckName(name),
    level: 'objects',
    compared: Math.max(...sides.map(({ answer }) => (answer?.kind === 'read' ? answer.value.length : 0))),
    findings: differences.flatMap(({ property, difference }): readonly Finding[] =>
      difference === undefined ? [] : [{ kind: 'changed', object: name, property, ...difference }],
    ),
    unread,
    notes: [
      ...(expect.kind === 'same' && holdsNothing(answers) ? ['neither side gave a value'] : []),
      ...(answers.source === undefined ? [] : ['the source was asked now, and may have moved on since the dump']),
    ],
  });
}

/** No row, or nothing but nulls on both sides: they agree, and that may tell less than somebody thinks. */
function holdsNothing({ source, copy }: Answers): boolean {
  return [source, copy].every(
    answer => answer?.kind === 'read' && answer.value.every(row => row.every(cell => cell === null)),
  );
}

/** So that it can't be taken for one of the checks that are always made. */
export function userCheckName(name: string): string {
  return `check ${name}`;
}

function sameAnswers(
  { tolerance }: Extract<Expectation, { readonly kind: 'same' }>,
  { source, copy }: Answers,
): Difference {
  if (source?.kind !== 'read' || copy?.kind !== 'read') return undefined;
  return agree(source.value, copy.value, tolerance);
}
