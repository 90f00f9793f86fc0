import type { Check, Finding } from './finding.ts';
import { makeCheck, skippedCheck, unreadCheck } from './make-check.ts';
import type { Reading } from './reading.ts';
import { parseTap, type TapTest } from './tap.ts';

/** What a file of tests printed. */
export interface TestedFile {
  /** As a report names it. */
  readonly name: string;
  readonly output: Reading<string>;
}

/** Judges files of pgTAP tests. Without a plan nobody knows whether all tests were run, so that proves nothing. */
export function judgeTests(files: readonly TestedFile[], installed: Reading<boolean>): Check {
  if (installed.kind === 'unreadable') return unreadCheck('pgtap', 'objects', installed.reason);
  if (!installed.value) {
    const reason = 'the copy has no pgTAP (create extension pgtap): no test was run';
    return { ...unreadCheck('pgtap', 'objects', reason), note: reason };
  }
  const findings: Finding[] = [];
  const unread: string[] = [];
  const notes: string[] = [];
  let compared = 0;
  for (const { name, output } of files) {
    if (output.kind === 'unreadable') {
      unread.push(`${name} (${output.reason})`);
      continue;
    }
    const { tests, planned, skipped, bailedOut } = parseTap(output.value);
    compared += tests.length;
    findings.push(...tests.filter(({ verdict }) => verdict === 'failed').map(test => failed(name, test)));
    if (bailedOut !== undefined) unread.push(`${name} (it gave up: ${bailedOut})`);
    else if (skipped !== undefined) notes.push(`${name} is skipped: ${skipped}`);
    else if (planned === undefined) unread.push(`${name} (it printed no plan: call plan() and finish())`);
    else if (planned !== tests.length) findings.push(wrongCount(name, planned, tests.length));
    const passedOver = tests.filter(({ verdict }) => verdict === 'skipped' || verdict === 'todo').length;
    if (passedOver > 0) notes.push(`${name} passes over ${passedOver} of its tests itself`);
  }
  if (compared === 0 && findings.length === 0 && unread.length === 0)
    return skippedCheck('pgtap', 'objects', notes.join('; '));
  return makeCheck({ name: 'pgtap', level: 'objects', compared, findings, unread, notes });
}

function failed(file: string, { number, description, diagnostics }: TapTest): Finding {
  const object = `TEST ${file} ${number}${description === '' ? '' : `: ${description}`}`;
  const said = diagnostics.filter(line => !/^(?:Failed (?:TODO )?test|Looks like)/.test(line)).join('; ');
  return {
    kind: 'changed',
    object,
    property: 'result',
    expected: 'ok',
    actual: said === '' ? 'not ok' : `not ok: ${said}`,
  };
}

function wrongCount(file: string, planned: number, run: number): Finding {
  return {
    kind: 'changed',
    object: `TEST ${file}`,
    property: 'tests',
    expected: String(planned),
    actual: String(run),
  };
}
