import type { StepResult } from '../report/model.ts';

/** How a step ended well. One that did not throws. */
export interface StepOutcome<Result extends StepResult> {
  readonly result: Result;
  /** What a reader should know although it is no error. */
  readonly notes: readonly string[];
}
