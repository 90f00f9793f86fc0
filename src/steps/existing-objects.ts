import { fault } from '../errors.ts';
import type { PlannedRestore } from '../plan/plan.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { missingSchemas } from '../selection/missing-schemas.ts';
import type { Present } from '../selection/restored-entries.ts';
import { readExtensions } from '../verify/queries.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import type { Runtime } from './runtime.ts';

/** Schemas and extensions of a database, by the names of their entries. */
export async function readPresent(session: Session): Promise<NonNullable<Present>> {
  const extensions = await readExtensions(session);
  return new Set([
    ...(await schemaNames(session)).map(name => `SCHEMA ${name}`),
    ...extensions.map(({ name }) => `EXTENSION ${name}`),
  ]);
}

async function schemaNames(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>('select nspname::text as name from pg_namespace');
  return rows.map(({ name }) => name);
}

/**
 * Makes the schemas that entries are restored into and that none of them makes. Returns their names; what was there is
 * left as it is.
 */
export async function makeSchemas(
  session: Session,
  kept: PreparedDatabase['entries'],
  { owners }: Pick<PlannedRestore['options'], 'owners'>,
): Promise<readonly string[]> {
  const there = new Set(await schemaNames(session));
  const missing = missingSchemas(kept).filter(name => !there.has(name));
  const authorization = owners.kind === 'role' ? ` authorization ${quoteIdentifier(owners.role)}` : '';
  for (const name of missing) await session.query(`create schema ${quoteIdentifier(name)}${authorization}`);
  return missing;
}

/** Takes back schemas that were made for a restore that failed, as far as nothing is in them. */
export async function dropEmptySchemas(
  { connection }: PlannedRestore,
  database: string,
  names: readonly string[],
  runtime: Runtime,
): Promise<void> {
  if (names.length === 0) return;
  try {
    await using session = await runtime.openSession(connection, { database });
    for (const name of names) await session.query(`drop schema ${quoteIdentifier(name)}`).catch(() => undefined);
  } catch {
    // What has failed before is what is to be told.
  }
}

/**
 * For extensions that were to be present: throws PGR168 for those that are not. Returns a sentence for each that is there
 * in another version than in the source.
 */
export async function checkExtensions(
  plan: PlannedRestore,
  { planned, dumped, entries }: PreparedDatabase,
  isThere: boolean,
  runtime: Runtime,
): Promise<readonly string[]> {
  if (plan.selection.extensions === 'create') return [];
  const wanted = entries.filter(({ description }) => description === 'EXTENSION').map(({ tag }) => tag);
  if (wanted.length === 0) return [];
  const found = isThere ? await extensionsOf(plan.connection, planned.target, runtime) : new Map<string, string>();
  const missing = wanted.filter(name => !found.has(name));
  if (missing.length > 0) {
    const what = missing.length === 1 ? 'the extension' : 'the extensions';
    const where = isThere
      ? `the database "${planned.target}" lacks`
      : `"${planned.target}" does not exist, so it lacks`;
    throw fault(
      'PGR168',
      `${where} ${what} ${missing.map(name => `"${name}"`).join(', ')}`,
      'create the database with them first, or write `extensions: create`',
    );
  }
  return dumped.extensions.flatMap(({ name, version }) => {
    const there = found.get(name);
    if (there === undefined || !wanted.includes(name)) return [];
    return [`the extension ${name} was there already, in version ${there}; the source has ${version}`];
  });
}

async function extensionsOf(
  connection: string,
  database: string,
  runtime: Runtime,
): Promise<ReadonlyMap<string, string>> {
  await using session = await runtime.openSession(connection, { database });
  return new Map((await readExtensions(session)).map(({ name, version }) => [name, version]));
}

/** Throws PGR167 for tablespaces that are needed and are not on the server. */
export async function checkTablespaces(needed: readonly string[], control: Session): Promise<void> {
  const rows = await control.query<{ name: string }>('select spcname::text as name from pg_tablespace');
  const there = new Set(rows.map(({ name }) => name));
  const missing = [...new Set(needed)].filter(name => name !== '' && !there.has(name));
  if (missing.length === 0) return;
  throw fault(
    'PGR167',
    `the target lacks ${missing.length === 1 ? 'the tablespace' : 'the tablespaces'} ${missing.map(name => `"${name}"`).join(', ')}`,
    'create them, map them with `tablespaces: { OLD: NEW }`, or write `tablespaces: drop`',
  );
}
