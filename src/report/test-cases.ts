import type { Check, Finding } from '../verify/finding.ts';
import { saidLines } from './errors.ts';
import { plural } from './format.ts';
import type { StepReport } from './model.ts';
import { andMore, findingLimit, type ProofRow, proofRows, verdictWords } from './proof.ts';
import { clip } from './text.ts';

/** One case as test reports know it. Texts are foreign and unescaped. */
export interface TestCase {
  readonly group: string;
  readonly name: string;
  readonly seconds: number | undefined;
  /** What a reader may want to know beside the outcome. */
  readonly output?: readonly string[] | undefined;
  readonly outcome:
    | { readonly kind: 'passed' }
    | { readonly kind: 'skipped'; readonly reason: string }
    | { readonly kind: 'failed'; readonly type: string; readonly message: string; readonly details: readonly string[] };
}

const valueLimit = 2000;

/**
 * The cases of a step: its checks, or the databases that it worked on, or the step itself. A failed step has at least one
 * failed case, also when all of its checks passed.
 */
export function testCases(step: StepReport): readonly TestCase[] {
  const cases = [...proofRows(step).map(checkCase), ...databaseCases(step)];
  if (step.status === 'not run') return [...cases, stepCase(step, { kind: 'skipped', reason: 'not run' })];
  const failed = step.status === 'failed' || step.problems.length > 0;
  if (failed && !cases.some(({ outcome }) => outcome.kind === 'failed'))
    return [...cases, stepCase(step, stepFailure(step))];
  return cases.length > 0 ? cases : [stepCase(step, { kind: 'passed' })];
}

function checkCase({ source, target, check }: ProofRow): TestCase {
  const group = `${source} → ${target}`;
  const ignored = check.ignored ?? [];
  const more = ignored.length - findingLimit;
  const output = [
    ...(check.sampled === undefined || check.note === undefined ? [] : [clip(check.note, valueLimit)]),
    ...ignored
      .slice(0, findingLimit)
      .map(({ finding, reason }) => `ignored: ${describe(finding)}\n  reason: ${clip(reason, valueLimit)}`),
    ...(more > 0 ? [andMore(more)] : []),
  ];
  return { group, name: check.name, seconds: undefined, output, outcome: checkOutcome(check) };
}

function checkOutcome(check: Check): TestCase['outcome'] {
  if (check.verdict === 'passed') return { kind: 'passed' };
  if (check.verdict === 'skipped') return { kind: 'skipped', reason: check.note ?? 'no reason was given' };
  const found = `${plural(check.findings.length, 'difference')} in ${plural(check.compared, 'comparison')}`;
  const message =
    check.verdict === 'failed' ? found : `${verdictWords[check.verdict]}: ${check.note ?? 'no reason was given'}`;
  const more = check.findings.length - findingLimit;
  return {
    kind: 'failed',
    type: check.verdict,
    message: clip(message, valueLimit),
    details: [...check.findings.slice(0, findingLimit).map(describe), ...(more > 0 ? [andMore(more)] : [])],
  };
}

function describe(finding: Finding): string {
  const { kind, object } = finding;
  if (kind !== 'changed') return `${kind} ${clip(object, valueLimit)}`;
  const values = `expected ${clip(finding.expected, valueLimit)}, found ${clip(finding.actual, valueLimit)}`;
  return `${kind} ${clip(object, valueLimit)}: ${finding.property} ${values}`;
}

function databaseCases({ result }: StepReport): readonly TestCase[] {
  switch (result?.kind) {
    case 'dump':
      return result.databases.map(({ name, seconds }) => ({
        group: 'dump',
        name,
        seconds,
        outcome: { kind: 'passed' },
      }));
    case 'restore':
      return result.databases.map(({ source, target, phases }) => ({
        group: 'restore',
        name: `${source} → ${target}`,
        seconds: phases.reduce((sum, phase) => sum + phase.seconds, 0),
        outcome: { kind: 'passed' },
      }));
    case 'clone':
      return result.databases.map(({ name, seconds }) => ({
        group: 'clone',
        name: `${result.source} → ${name}`,
        seconds,
        outcome: { kind: 'passed' },
      }));
    case 'verify':
    case 'sql':
    case 'publish':
    case 'fetch':
    case 'prune':
    case undefined:
      return [];
  }
}

function stepCase(step: StepReport, outcome: TestCase['outcome']): TestCase {
  return { group: 'step', name: step.title, seconds: step.seconds, outcome };
}

function stepFailure(step: StepReport): TestCase['outcome'] {
  const [first] = step.problems;
  return {
    kind: 'failed',
    type: first?.code ?? 'failed',
    message: clip(first?.message ?? 'the step failed', valueLimit),
    details: step.problems.map(({ code, message, remedy, diagnosis }) =>
      [
        `${code} ${clip(message, valueLimit)}`,
        `  → ${remedy}`,
        ...(diagnosis?.object === undefined ? [] : [`  object: ${clip(diagnosis.object, valueLimit)}`]),
        ...saidLines(diagnosis).map(line => `  | ${clip(line, valueLimit)}`),
      ].join('\n'),
    ),
  };
}
