import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';

/**
 * Reads what belongs to a database as a whole, which CREATE DATABASE takes from no template (manual, "CREATE DATABASE"), and
 * gives the statements that another one needs for the same.
 */
export async function clonedProperties(
  session: Session,
  database: string,
): Promise<(copy: string) => readonly string[]> {
  const rows = await session.query<{ statement: string }>(statements, [database]);
  // The server writes the statements, so that it quotes what is in them; only the name is still to come.
  return copy => rows.map(({ statement }) => statement.replace(placeholder, () => quoteIdentifier(copy)));
}

/** No identifier begins like this, as the server writes them. */
const placeholder = '<COPY>';

/** Settings that are lists are kept as they are written, quotes included (pg_dump's variable_is_guc_list_quote). */
const quotedLists =
  "'local_preload_libraries', 'search_path', 'session_preload_libraries', 'shared_preload_libraries', 'temp_tablespaces', 'unix_socket_directories'";

const statements = `
with original as (select * from pg_database where datname = $1),
setting as (
  select setrole, split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value
  from pg_db_role_setting join original on setdatabase = original.oid cross join unnest(setconfig) as entry
)
select statement from (
  select 1 as place, format('alter database ${placeholder} owner to %I', pg_get_userbyid(datdba)) as statement from original
  union all select 2, format('alter database ${placeholder} connection limit %s', datconnlimit) from original where datconnlimit <> -1
  union all select 3, format('comment on database ${placeholder} is %L', shobj_description(oid, 'pg_database'))
    from original where shobj_description(oid, 'pg_database') is not null
  union all select 4, format('alter %s set %s to %s',
      case setrole when 0 then 'database ${placeholder}' else format('role %I in database ${placeholder}', pg_get_userbyid(setrole)) end,
      array_to_string(array(select quote_ident(part) from unnest(string_to_array(name, '.')) as part), '.'),
      case when name in (${quotedLists}) then coalesce(nullif(value, ''), '''''') else quote_literal(value) end)
    from setting
  union all select 5, 'revoke all on database ${placeholder} from public' from original where datacl is not null
  union all select 6, format('grant %s on database ${placeholder} to %s%s', lower(privilege_type),
      case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
      case when is_grantable then ' with grant option' else '' end)
    from original cross join aclexplode(datacl)
) made order by place`;
