import type { ErrorCode } from '../errors.ts';
import type { Program } from '../postgres/process.ts';

/** A cause that is told by what a tool says. */
export interface Diagnosis {
  /** Undefined for all of them. */
  readonly programs?: readonly Program[];
  readonly match: RegExp;
  readonly code: ErrorCode;
  readonly message: (captured: string) => string;
  readonly remedy: string;
}

/** Of a table that a policy guards, whoever notices first: pg_dump, or the counting beside it. */
export const hiddenRows = {
  code: 'PGR191',
  message: (table: string) => `row-level security hides rows of "${table}" from this role: a dump would lack them`,
  remedy: 'dump as the owner of the table or as a role with BYPASSRLS',
} as const;

/** What the tools say, in words that help. The first that matches any message wins, so causes stand before consequences. */
export const diagnoses: readonly Diagnosis[] = [
  {
    match: /No space left on device|could not extend file/,
    code: 'PGR220',
    message: () => 'the disk is full',
    remedy: 'free some space or use a larger runner; `exclude: {table-data: […]}` makes the dump smaller',
  },
  {
    match: /password authentication failed for user "([^"]*)"|fe_sendauth: no password supplied/,
    code: 'PGR201',
    message: user => `the server refused the login${user === '' ? ': no password was given' : ` of "${user}"`}`,
    remedy: 'check user and password',
  },
  {
    match: /FATAL: +role "([^"]*)" (?:does not exist|is not permitted to log in)/,
    code: 'PGR201',
    message: user => `the server lets no role "${user}" log in`,
    remedy: 'check user and password',
  },
  {
    match: /FATAL: +database "([^"]*)" does not exist/,
    code: 'PGR202',
    message: database => `database "${database}" does not exist`,
    remedy: 'check the name of the database',
  },
  {
    match:
      /no pg_hba\.conf entry for host "([^"]+)"|server does not support SSL, but SSL was required|certificate verify failed|root certificate file "([^"]+)" does not exist/,
    code: 'PGR203',
    message: () =>
      'the connection could not be encrypted or verified as asked, or the server does not let us in like that',
    remedy: 'check sslmode and sslrootcert, and pg_hba.conf of the server',
  },
  {
    match:
      /too many connections for (role "[^"]+"|database "[^"]+")|sorry, too many clients|remaining connection slots/,
    code: 'PGR209',
    message: whose => `no connection is free${whose === '' ? '' : ` for ${whose}`}`,
    remedy: 'use fewer `jobs`, or raise the limit: pg-roundtrip doctor shows which one and how many are needed',
  },
  {
    match: /aborting because of server version mismatch/,
    code: 'PGR151',
    message: () => 'the client is older than the server',
    remedy: 'leave `client.version` at `auto`, or name a client of the major of the server',
  },
  {
    match: /could not obtain lock on relation "([^\n]+)"/,
    code: 'PGR206',
    message: table => `a parallel job got no lock on table "${table}", as somebody asked for the whole of it meanwhile`,
    remedy: 'run it when nothing truncates or alters tables, or with `jobs: 1`, which locks every table at the start',
  },
  {
    match: /canceling statement due to (?:statement|lock) timeout/,
    code: 'PGR206',
    message: () => 'a lock on a table was not obtained in time',
    remedy: 'run it when no migration holds locks, or raise `timeouts.lock`',
  },
  {
    match: /query would be affected by row-level security policy for table "([^"]*)"/,
    ...hiddenRows,
  },
  {
    programs: ['pg_restore', 'psql'],
    match:
      /permission denied (?:for (?:table|sequence|view|materialized view|schema|database)|to create (?:extension|event trigger|foreign-data wrapper|publication|subscription)) ([^\n]+)/,
    code: 'PGR210',
    message: object => `the role may not write to ${object}, or make it`,
    remedy: 'restore as the owner of the database or as a superuser',
  },
  {
    programs: ['pg_dumpall'],
    match: /permission denied for (?:table|relation) pg_authid/,
    code: 'PGR210',
    message: () => 'the role may not read the passwords of roles, which only a superuser may',
    remedy: 'remove `role-passwords`: everything else of the globals needs no superuser',
  },
  {
    match: /permission denied for (?:table|sequence|view|materialized view|foreign table|large object|schema) ([^\n]+)/,
    code: 'PGR190',
    message: object => `the role may not read ${object}`,
    remedy: 'GRANT pg_read_all_data to the role (14 and newer), or exclude the object',
  },
  {
    match: /role "([^"]+)" does not exist/,
    code: 'PGR164',
    message: role => `role "${role}" does not exist on the target`,
    remedy: 'add `globals: true` to the dump, or `owners: ROLE` and `privileges: skip` to the restore',
  },
  {
    match: /extension "([^"]+)" is not available|could not open extension control file "[^"]*\/([^/"]+)\.control"/,
    code: 'PGR210',
    message: extension => `extension "${extension}" is not installed on the target server`,
    remedy: 'use a server image that has it',
  },
  {
    match: /schema "([^"]+)" does not exist/,
    code: 'PGR210',
    message: schema => `schema "${schema}" does not exist on the target, nor in the dump`,
    remedy:
      'a dump of chosen tables holds no schemas: choose by `include: {schema: …}` and `exclude: {table: …}` instead',
  },
  {
    match: /no matching (?:tables|schemas|extensions) were found for pattern "(.*)"/,
    code: 'PGR180',
    message: pattern => `the filter ${pattern} matches nothing`,
    remedy: 'check its spelling and schema under `include`',
  },
  {
    match:
      /server closed the connection unexpectedly|terminating connection|connection to server was lost|could not receive data/,
    code: 'PGR204',
    message: () => 'the connection to the server was lost',
    remedy: 'look at the log of the server, then run it again: a dump is never resumed',
  },
  {
    match: /could not translate host name "([^"]+)" to address/,
    code: 'PGR200',
    message: host => `${host} is no known host`,
    remedy: 'check the host; a password with @, / or # in a URL has to be percent-encoded',
  },
  {
    match: /connection to server at "([^"]+)".*failed/,
    code: 'PGR200',
    message: host => `no connection to ${host}`,
    remedy: 'check host, port and firewall',
  },
];
