import type { Feature } from './feature.ts';

const subscription = ['SUBSCRIPTION'];

/** What 16 and 17 have brought. */
export const since16: readonly Feature[] = [
  { since: 16, name: 'rules of an ICU collation', kinds: ['COLLATION'], shows: /\brules = / },
  { since: 16, name: 'IS JSON', shows: / IS (?:NOT )?JSON\b/ },
  { since: 16, name: 'an SQL/JSON constructor', shows: /\bJSON_(?:OBJECT|ARRAY|OBJECTAGG|ARRAYAGG)\(/ },
  { since: 16, name: 'SYSTEM_USER', shows: /\bSYSTEM_USER\b/ },
  { since: 16, name: 'XMLSERIALIZE as it is printed from 16 on', shows: /\bXMLSERIALIZE\(.*\bINDENT\)/ },
  {
    since: 16,
    name: 'a subscription option (origin, run_as_owner, password_required, streaming = parallel)',
    kinds: subscription,
    shows: /\b(?:origin|run_as_owner|password_required) = |\bstreaming = parallel\b/,
  },
  {
    since: 17,
    name: 'the privilege MAINTAIN',
    kinds: ['ACL', 'DEFAULT ACL'],
    shows: /\b(?:GRANT|REVOKE) [^;]*?\bMAINTAIN\b[^;]*? ON /,
    remedy: '`privileges: skip` leaves all grants out',
  },
  { since: 17, name: 'a collation of the builtin provider', kinds: ['COLLATION'], shows: /\bprovider = builtin\b/ },
  { since: 17, name: 'an event trigger on login', kinds: ['EVENT TRIGGER'], shows: / ON login\b/ },
  {
    since: 17,
    name: 'an exclusion constraint of a partitioned table',
    kinds: ['CONSTRAINT'],
    shows: ({ sql, table }) => / EXCLUDE USING /.test(sql) && table?.relationKind === 'p',
  },
  {
    since: 17,
    name: 'a table access method of a partitioned table',
    kinds: ['TABLE'],
    shows: ({ entry }) => entry.relationKind === 'p' && (entry.accessMethod ?? '') !== '',
  },
  { since: 17, name: 'AT LOCAL', shows: / AT LOCAL\b/ },
  { since: 17, name: 'an SQL/JSON query function', shows: /\bJSON_(?:TABLE|VALUE|EXISTS|QUERY|SCALAR|SERIALIZE)\(/ },
  { since: 17, name: 'a subscription option (failover)', kinds: subscription, shows: /\bfailover = / },
];
