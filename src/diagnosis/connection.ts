import type { Diagnosis } from './model.ts';

/** Why a tool does not get a session, or loses it. */
export const connection: readonly Diagnosis[] = [
  {
    kind: 'authentication',
    class: 'fixable',
    code: 'PGR201',
    server: /^password authentication failed for user "(.*?)"/s,
    tool: /fe_sendauth: no password supplied/,
    message: user => `the server refused the login${user === '' ? ': no password was given' : ` of "${user}"`}`,
    fix: () => 'check user and password; after a change of the password, the secret that holds it',
  },
  {
    kind: 'authentication',
    class: 'fixable',
    code: 'PGR201',
    server: /^role "(.*?)" (?:is not permitted to log in|does not exist)/s,
    when: ({ server = '', tool }) =>
      server.includes('not permitted') || /connection to (?:server|database) /.test(tool),
    message: user => `the server lets no role "${user}" log in`,
    fix: () => 'check user and password',
  },
  {
    kind: 'unknown-database',
    class: 'fixable',
    code: 'PGR202',
    server: /^database "(.*?)" does not exist/s,
    message: database => `database "${database}" does not exist`,
    fix: () => 'check the name of the database',
  },
  {
    kind: 'hba-or-tls',
    class: 'fixable',
    code: 'PGR203',
    server: /^no pg_hba\.conf entry for (?:host|replication)|^SSL connection is required/,
    tool: /server does not support SSL, but SSL was required|certificate verify failed|root certificate file ".*?" does not exist/s,
    message: () =>
      'the connection could not be encrypted or verified as asked, or the server does not let us in like that',
    fix: () =>
      'check pg_hba.conf of the server, and `sslmode` and `sslrootcert`: managed servers demand `sslmode: require` or more, a local container has no TLS',
  },
  {
    kind: 'connection-limit',
    class: 'fixable',
    code: 'PGR209',
    server:
      /^too many connections for (role ".+?"|database ".+?")|^sorry, too many clients|^remaining connection slots/s,
    message: whose => `no connection is free${whose === '' ? '' : ` for ${whose}`}`,
    fix: () => 'use fewer `jobs`, or raise the limit: `pg-roundtrip doctor` shows which one and how many are needed',
  },
  {
    kind: 'pooler',
    class: 'fixable',
    code: 'PGR116',
    server:
      /^unsupported startup parameter(?: in options)?: (\S+)|^query_wait_timeout|^bouncer config error|^prepared statement "(.+?)" (?:does not exist|already exists)/s,
    oneCause: true,
    message: () => 'a pooler stands before the server, and a dump through it may not be of one moment',
    fix: () =>
      'use the address of the server itself, or of a pooler in session mode (Neon: the host without `-pooler`; Supabase: port 5432)',
  },
  {
    kind: 'server-went-away',
    class: 'fixable',
    code: 'PGR204',
    server:
      /^terminating connection due to (?!conflict)|^the database system is (?:starting up|shutting down|in recovery mode)|^server closed the connection/,
    tool: /server closed the connection unexpectedly|connection to server was lost|could not receive data from server|SSL SYSCALL error|no connection to the server/,
    oneCause: true,
    message: () => 'the connection to the server was lost',
    fix: () => 'look at the log of the server, then run it again: a dump is never resumed',
  },
  {
    kind: 'unknown-host',
    class: 'fixable',
    code: 'PGR200',
    tool: /could not translate host name "(.+?)" to address/s,
    message: host => `${host} is no known host`,
    fix: () => 'check the host; a password with @, / or # in a URL has to be percent-encoded',
  },
];

/** What is left when nothing else explains why there is no session. */
export const unreachable: readonly Diagnosis[] = [
  {
    kind: 'not-listening',
    class: 'fixable',
    code: 'PGR200',
    tool: /connection to server (?:at|on socket) "(.+?)".* failed|could not connect to server/s,
    message: host => `no connection to ${host === '' ? 'the server' : host}`,
    fix: () =>
      'check host, port and firewall; a service container is `localhost` from a job on the host, and its own name from a job in a container',
  },
];
