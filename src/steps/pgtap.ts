import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fault } from '../errors.ts';
import type { PlannedComparison, PlannedVerify } from '../plan/plan.ts';
import type { Session } from '../postgres/session.ts';
import type { Check } from '../verify/finding.ts';
import { judgeTests, type TestedFile } from '../verify/pgtap-check.ts';
import { attempt } from '../verify/reading.ts';
import type { Runtime } from './runtime.ts';
import { limitOf } from './statement-limit.ts';

/** Runs files of pgTAP tests in the copy, each in a session and a transaction of its own, which is rolled back. */
export async function runTests(
  plan: PlannedVerify,
  { target }: PlannedComparison,
  runtime: Runtime,
): Promise<readonly Check[]> {
  if (plan.pgtap.length === 0) return [];
  await using control = await runtime.openSession(plan.connection, { database: target });
  const installed = await attempt(() => hasPgtap(control));
  const files: TestedFile[] = [];
  for (const path of installed.kind === 'read' && installed.value ? plan.pgtap : []) {
    runtime.touch();
    await using session = await runtime.openSession(plan.connection, { database: target });
    files.push({
      name: relative(runtime.platform.workspace, path),
      output: await attempt(() => runFile(session, path, runtime)),
    });
  }
  return [judgeTests(files, installed)];
}

/** It may be there as an extension or as mere functions. */
async function hasPgtap(session: Session): Promise<boolean> {
  const [row] = await session.query<{ readonly there: boolean }>(
    `select count(distinct proname) = 2 as there from pg_proc
     where (proname = 'plan' and proargtypes[0] = 'int4'::regtype) or (proname = 'finish' and prorettype = 'text'::regtype)`,
  );
  return row?.there === true;
}

/** Tests see what users see: the settings of role and database, not our own. A file may begin a transaction itself. */
async function runFile(session: Session, path: string, { timeouts }: Runtime): Promise<string> {
  const text = withoutOutputCommands(await read(path));
  await session.query('reset all');
  await session.query(
    `set statement_timeout = ${limitOf(timeouts)}; set lock_timeout = ${timeouts.lock * 1000}; begin`,
  );
  const results = await session.texts(text);
  await session.query('rollback');
  return results.flatMap(({ rows }) => rows.map(row => row[0] ?? '')).join('\n');
}

/** Files of tests often begin with what keeps psql quiet. */
function withoutOutputCommands(text: string): string {
  return text.replace(/^\\(?:set|unset|pset|timing|echo|qecho|x|a|t)\b.*$/gm, '');
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fault(
      'PGR221',
      `the file of tests ${path} could not be read: ${error.code ?? error.message}`,
      'check the path, which starts at the workspace',
      error,
    );
  });
}
