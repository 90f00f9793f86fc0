import type { ProblemDiagnosis } from '../errors.ts';
import type { ReportedError, StepReport } from './model.ts';

/** What went wrong in a run, in one list for programs. */
export function errorsOf(steps: readonly StepReport[]): readonly ReportedError[] {
  return steps.flatMap(({ title, problems }) =>
    problems.map(({ code, message, remedy, diagnosis }) => ({
      step: title,
      class: diagnosis?.class,
      code,
      kind: diagnosis?.kind,
      object: diagnosis?.object,
      message,
      fix: remedy,
      follow: diagnosis?.follow ?? 0,
      said: diagnosis?.said,
    })),
  );
}

/** Lines of a tool's message that a person is shown. */
const mostLines = 12;

/** The lines of the first message, for people; none where a problem was told by no tool. */
export function saidLines(diagnosis: ProblemDiagnosis | undefined): readonly string[] {
  const lines = diagnosis?.said.trimEnd().split('\n') ?? [];
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines - 1), '…'];
}
