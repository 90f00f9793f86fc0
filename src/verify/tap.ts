/** One test of a TAP stream. */
export interface TapTest {
  readonly number: number;
  readonly description: string;
  readonly verdict: 'passed' | 'failed' | 'skipped' | 'todo';
  /** The lines of comment that follow it, without their signs. */
  readonly diagnostics: readonly string[];
}

export interface TapResult {
  readonly tests: readonly TapTest[];
  /** How many tests there were to be; undefined where no plan was printed. */
  readonly planned: number | undefined;
  /** Why the whole file is skipped (`1..0 # SKIP reason`). */
  readonly skipped: string | undefined;
  /** Why the tests gave up (`Bail out!`). */
  readonly bailedOut: string | undefined;
}

/**
 * Reads the Test Anything Protocol as pgTAP prints it (testanything.org, version 12, and subtests that are indented by
 * four spaces and summed up by a test of their parent). Lines that are none of it are passed over.
 */
export function parseTap(text: string): TapResult {
  const tests: (TapTest & { readonly diagnostics: string[] })[] = [];
  let planned: number | undefined;
  let skipped: string | undefined;
  let bailedOut: string | undefined;
  let inner: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const test = parseTest(line, tests.length + 1);
    const plan = /^1\.\.(?<count>\d+)(?:\s*#\s*skip\S*\s*(?<reason>.*))?/i.exec(line)?.groups;
    const comment = /^#\s?(?<words>.*)/.exec(line)?.groups?.['words'];
    if (test !== undefined) {
      // What a subtest said belongs to the test that sums it up.
      tests.push({ ...test, diagnostics: test.verdict === 'failed' ? inner : [] });
      inner = [];
    } else if (plan?.['count'] !== undefined) {
      planned = Number(plan['count']);
      if (planned === 0) skipped = plan['reason'] ?? '';
    } else if (comment !== undefined) tests.at(-1)?.diagnostics.push(comment.trim());
    else if (/^ {4}/.test(line) && /^\s*(?:not ok|#)/.test(line)) inner.push(line.trim());
    else if (line.startsWith('Bail out!')) bailedOut = line.slice('Bail out!'.length).trim();
  }
  return { tests, planned, skipped, bailedOut };
}

function parseTest(line: string, next: number): Omit<TapTest, 'diagnostics'> | undefined {
  const match = /^(?<not>not )?ok\b(?:\s+(?<number>\d+))?(?:\s*-)?\s*(?<rest>.*)$/.exec(line);
  if (match?.groups === undefined) return undefined;
  const { not, number, rest = '' } = match.groups;
  const [, description = rest, directive] = /^(.*?)\s*(?<!\\)#\s*(todo|skip)\b.*$/i.exec(rest) ?? [];
  const failed = not === undefined ? 'passed' : 'failed';
  const verdict = directive === undefined ? failed : directive.toLowerCase() === 'todo' ? 'todo' : 'skipped';
  return { number: number === undefined ? next : Number(number), description, verdict };
}
