import { readFile } from 'node:fs/promises';
import { fault, RoundtripError } from '../errors.ts';
import type { PlannedSql } from '../plan/plan.ts';
import type { SqlResult } from '../report/model.ts';
import type { StepOutcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/**
 * Runs SQL over a session of ours, as one batch and so as one transaction unless it says otherwise. No psql, hence no
 * meta-commands: a file can do what SQL can, on the server, and nothing on this machine.
 */
export async function performSql(plan: PlannedSql, runtime: Runtime): Promise<StepOutcome<SqlResult>> {
  const text = plan.statements.kind === 'text' ? plan.statements.text : await read(plan.statements.path);
  await using session = await runtime.openSession(plan.connection, { database: plan.database });
  // Our own pins are for our own queries: what a user writes sees the settings of role and database.
  await session.query('reset all');
  try {
    await session.query(text);
  } catch (error) {
    throw placed(error, plan.statements, text);
  }
  return { result: { kind: 'sql' }, notes: [] };
}

/** The error with the place in the text that the server names, where it names one. */
function placed(error: unknown, statements: PlannedSql['statements'], text: string): unknown {
  if (!(error instanceof RoundtripError) || !(error.cause instanceof Error && 'position' in error.cause)) return error;
  // Characters from the start of the text, from 1 on (manual, "Error and Notice Message Fields").
  const before = Array.from(text).slice(0, Number(error.cause.position) - 1);
  const line = before.filter(character => character === '\n').length + 1;
  const column = before.length - before.lastIndexOf('\n');
  const place = statements.kind === 'file' ? `${statements.path}:${line}:${column}` : `line ${line}, column ${column}`;
  const [{ code, message, remedy }] = error.problems;
  return fault(code, `${message}, at ${place}`, remedy, error.cause);
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fault(
      'PGR221',
      `the SQL file ${path} could not be read: ${error.code ?? error.message}`,
      'check the path, which starts at the workspace',
      error,
    );
  });
}
