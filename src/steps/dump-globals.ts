import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Globals, Tablespace } from '../dumpset/manifest.ts';
import { fault } from '../errors.ts';
import type { PlannedDump } from '../plan/planned-dump.ts';
import { roleSettings } from '../postgres/script/globals.ts';
import type { Session } from '../postgres/session.ts';
import { readRoles } from './roles.ts';
import { runTool } from './run-tool.ts';
import type { Runtime } from './runtime.ts';

/** Makes globals.sql, and reads what a restore makes again: it runs nothing of that file but the settings of roles. */
export async function dumpGlobals(plan: PlannedDump, runtime: Runtime, control: Session): Promise<Globals | undefined> {
  const { globals } = plan;
  if (globals === undefined) return undefined;
  await runTool(runtime, plan.connection, globals.command);
  const bytes = await readFile(join(plan.partial, globals.path));
  if (!bytes.includes('PostgreSQL database cluster dump complete')) {
    throw fault('PGR210', 'pg_dumpall ended well but its output is not complete', 'run it again and look at the log');
  }
  const settings = roleSettings(bytes);
  const roles = await readRoles(control);
  return {
    path: globals.path,
    rolePasswords: globals.rolePasswords,
    roles: roles.map(role => ({ ...role, settings: settings.get(role.name) ?? [] })),
    tablespaces: await readTablespaces(control),
  };
}

async function readTablespaces(session: Session): Promise<readonly Tablespace[]> {
  return session.query<{ name: string; owner: string; location: string }>(
    `select spcname::text as name, pg_get_userbyid(spcowner)::text as owner, pg_tablespace_location(oid) as location
     from pg_tablespace where spcname !~ '^pg_' order by spcname`,
  );
}
