import { type Problem, RoundtripError } from '../../src/errors.ts';

/** The first problem that an action throws on purpose; undefined if it goes well. Anything else that it throws fails the test. */
export async function refusalOf(action: () => unknown): Promise<Problem | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof RoundtripError) return error.problems[0];
    throw error;
  }
}
