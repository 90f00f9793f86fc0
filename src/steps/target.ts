import { fault, RoundtripError } from '../errors.ts';
import { createsItself } from '../plan/plain-restore.ts';
import type { PlannedRestore, PlannedRestoreDatabase } from '../plan/plan.ts';
import { localeOfCopy } from '../postgres/database-locale.ts';
import { quoteIdentifier, quoteQualified } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { databaseTablespace, newTablespace } from '../selection/tablespaces.ts';
import { dropOwn } from './drop-own.ts';
import { createDatabaseStatement } from './locale.ts';
import type { PreparedDatabase } from './prepare-databases.ts';
import type { OpenSession, Runtime } from './runtime.ts';

/** Where a dump set comes from, as far as targets are concerned. */
export interface Origin {
  readonly server: { readonly systemIdentifier: string };
  readonly databases: readonly { readonly name: string }[];
}

/** A database ready to be restored into. */
export interface Target {
  /** False when it was there, empty, before. */
  readonly created: boolean;
  /** Call when it is restored; a temporary one stays on record, to be dropped at the end of the job. */
  succeeded(temporary: boolean): void;
  /** Drops it again if this step has made it; the error, where there is one, may tell that it has not. */
  failed(error?: unknown): Promise<void>;
}

/**
 * Throws unless the target is missing, or empty and nobody's, or named to be overwritten. The guards stand in the order
 * in which they would hurt: the source itself (PGR161), a database in use (PGR163), one that holds something (PGR160) or, where
 * that may be lost or changed, says that it is production (PGR173).
 */
export async function refuseTarget(
  plan: PlannedRestore,
  { target, mode }: PlannedRestoreDatabase,
  origin: Origin,
  control: Session,
  runtime: Runtime,
): Promise<'missing' | 'free'> {
  if (!(await databaseExists(control, target))) return 'missing';
  await refuseSource(control, target, origin);
  // Nothing that is there changes, so it may go on being used.
  if (mode !== 'into-existing') await refuseInUse(control, target);
  if (mode === 'new') await refuseFilled(runtime.openSession, plan.connection, target);
  else await refuseProduction(control, runtime.openSession, plan, target);
  return 'free';
}

/** Makes the target, or takes an existing one that `refuseTarget` lets pass. */
export async function prepareTarget(
  plan: PlannedRestore,
  planned: PlannedRestoreDatabase,
  { dumped, entries }: Pick<PreparedDatabase, 'dumped' | 'entries'>,
  origin: Origin,
  control: Session,
  runtime: Runtime,
): Promise<Target> {
  const { target, mode } = planned;
  const itself = createsItself(dumped.options);
  if ((await refuseTarget(plan, planned, origin, control, runtime)) === 'free') {
    if (mode !== 'overwrite' && itself) throw isThere(target);
    if (mode !== 'overwrite') return { created: false, succeeded() {}, failed: async () => {} };
    await control.query(`drop database ${quoteIdentifier(target)}`);
  }
  const gone = runtime.undo.record({ kind: 'database', connection: plan.connection, name: target });
  const { owners } = plan.options;
  const owner = owners.kind === 'role' ? owners.role : undefined;
  const tablespace = newTablespace(databaseTablespace(entries) ?? '', plan.tablespaces) || undefined;
  try {
    if (!itself)
      await control.query(
        createDatabaseStatement(target, localeOfCopy(dumped, plan.locale), control.serverVersion.major, {
          owner,
          tablespace,
        }),
      );
  } catch (error) {
    // Refused means not made by us: somebody else may have made it meanwhile, and taking it back would drop theirs.
    if (error instanceof RoundtripError && error.code === 'PGR205') gone();
    throw error;
  }
  return {
    created: true,
    succeeded(temporary) {
      if (!temporary) gone();
    },
    async failed(error) {
      if (itself && isTaken(error, target)) gone();
      else if (await dropOwn(runtime, plan.connection, target)) gone();
    },
  };
}

function isThere(name: string): Error {
  return fault(
    'PGR160',
    `the target database "${name}" exists, and the dump makes it itself`,
    `drop it, or, if all of it may be lost, write \`overwrite: [${name}]\``,
  );
}

/** Somebody else has made the database in the moment before the text was to. */
function isTaken(error: unknown, name: string): boolean {
  return error instanceof RoundtripError && error.message.includes(`database "${name}" already exists`);
}

/** True for a name that is taken on the server. */
export async function databaseExists(control: Session, name: string): Promise<boolean> {
  const rows = await control.query('select from pg_database where datname = $1', [name]);
  return rows.length > 0;
}

/** Any database of the dump set, not only the one to be restored: `overwrite` must not reach the others either. */
export async function refuseSource(control: Session, target: string, origin: Origin): Promise<void> {
  const [row] = await control.query<{ identifier: string }>(
    'select system_identifier::text as identifier from pg_control_system()',
  );
  const dumped = origin.databases.some(database => database.name === target);
  if (!dumped || row?.identifier !== origin.server.systemIdentifier) return;
  throw fault(
    'PGR161',
    `"${target}" is the very database that was dumped`,
    'give the copy another name under `as` (the input target-database), or restore into another server',
  );
}

/** Sessions of this run do not count: one that was closed a moment ago may still be seen. */
export async function refuseInUse(control: Session, name: string): Promise<void> {
  const [row] = await control.query<{ sessions: string }>(
    `select count(*)::text as sessions from pg_stat_activity
     where datname = $1 and pid <> pg_backend_pid() and backend_type = 'client backend'
       and application_name <> current_setting('application_name')`,
    [name],
  );
  const sessions = Number(row?.sessions ?? 0);
  if (sessions === 0) return;
  throw fault(
    'PGR163',
    `database "${name}" is in use by ${sessions} other ${sessions === 1 ? 'session' : 'sessions'}`,
    'restore into a database of its own, or disconnect them',
  );
}

/** Counts what a user could have made; members of extensions that the image has put there do not count. */
export async function refuseFilled(openSession: OpenSession, connection: string, name: string): Promise<void> {
  await using session = await openSession(connection, { database: name });
  const [row] = await session.query<{ objects: string }>(
    `select count(*)::text as objects from (
       select 'pg_class'::regclass::oid as catalog, oid, relnamespace as schema
         from pg_class where relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
       union all select 'pg_proc'::regclass, oid, pronamespace from pg_proc
       union all select 'pg_type'::regclass, oid, typnamespace from pg_type where typtype in ('e', 'd', 'r')
       union all select 'pg_operator'::regclass, oid, oprnamespace from pg_operator
       union all select 'pg_collation'::regclass, oid, collnamespace from pg_collation
       union all select 'pg_ts_config'::regclass, oid, cfgnamespace from pg_ts_config
       union all select 'pg_namespace'::regclass, oid, oid from pg_namespace where nspname <> 'public'
       union all select 'pg_largeobject_metadata'::regclass, oid, null from pg_largeobject_metadata
     ) made left join pg_namespace n on n.oid = made.schema
     where coalesce(n.nspname !~ '^pg_' and n.nspname <> 'information_schema', true)
       and not exists (select from pg_depend d where d.classid = catalog and d.objid = made.oid and d.deptype = 'e')`,
  );
  const objects = Number(row?.objects ?? 0);
  if (objects === 0) return;
  throw fault(
    'PGR160',
    `the target database "${name}" is not empty: it has ${objects} ${objects === 1 ? 'object' : 'objects'}`,
    `restore under a new name with \`as\` (the input target-database); if all of it may be lost, write \`overwrite: [${name}]\`; to add to it, \`into-existing: [${name}]\``,
  );
}

/** Rails writes into every database which environment it is; only a table is asked, as a view would run what it likes. */
export async function refuseProduction(
  control: Session,
  openSession: OpenSession,
  { connection, production }: Pick<PlannedRestore, 'connection' | 'production'>,
  name: string,
): Promise<void> {
  if (production.includes(name)) return;
  // One that nobody can connect to, as it was half dropped for example, serves nobody.
  const alive = 'select from pg_database where datname = $1 and datallowconn and datconnlimit <> -2';
  if ((await control.query(alive, [name])).length === 0) return;
  await using session = await openSession(connection, { database: name });
  const tables = await session.query<{ schema: string }>(
    `select n.nspname::text as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relname = 'ar_internal_metadata' and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
       and (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('key', 'value')) = 2`,
  );
  for (const { schema } of tables) {
    const table = quoteQualified(schema, 'ar_internal_metadata');
    const rows = await session.query(`select from only ${table} where key = 'environment' and value = 'production'`);
    if (rows.length === 0) continue;
    throw fault(
      'PGR173',
      `database "${name}" says in ${schema}.ar_internal_metadata that its environment is production`,
      `check where the connection leads; if it is a copy, or may really be changed, write \`production: [${name}]\` beside it`,
    );
  }
}
