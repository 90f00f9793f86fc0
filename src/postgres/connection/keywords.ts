import { sslModes, targetSessionAttributes } from '../connection-parameters.ts';
import { nearest } from './nearest.ts';

const switches = ['0', '1'] as const;
const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** What a parameter's value may be. */
export type Values =
  | { readonly kind: 'any' }
  | { readonly kind: 'one of'; readonly allowed: readonly string[] }
  | { readonly kind: 'whole number'; readonly least: number };

export type Keyword =
  /** Where the server is and who asks: what a URL says, so it may not be given beside one. */
  | { readonly role: 'location' }
  | { readonly role: 'setting'; readonly values: Values }
  /** For the client tools alone. */
  | { readonly role: 'tool'; readonly values: Values }
  | { readonly role: 'unsupported'; readonly remedy: string };

const any: Values = { kind: 'any' };
const oneOf = (...allowed: readonly string[]): Values => ({ kind: 'one of', allowed });
const wholeNumber = (least: number): Values => ({ kind: 'whole number', least });
const setting = (values: Values = any): Keyword => ({ role: 'setting', values });
const tool = (values: Values = any): Keyword => ({ role: 'tool', values });
const unsupported = (remedy: string): Keyword => ({ role: 'unsupported', remedy });

/** Every parameter of libpq 10 to 18 (manual, "Parameter Key Words") and what becomes of it here. */
const keywords: Readonly<Record<string, Keyword>> = {
  host: { role: 'location' },
  hostaddr: { role: 'location' },
  port: { role: 'location' },
  user: { role: 'location' },
  dbname: { role: 'location' },
  password: setting(),
  passfile: setting(),
  service: setting(),
  servicefile: setting(),
  sslmode: setting(oneOf(...sslModes)),
  sslrootcert: setting(),
  sslcert: setting(),
  sslkey: setting(),
  sslpassword: setting(),
  sslcrl: setting(),
  ssl_min_protocol_version: setting(oneOf(...tlsVersions)),
  ssl_max_protocol_version: setting(oneOf(...tlsVersions)),
  sslnegotiation: setting(oneOf('postgres', 'direct')),
  channel_binding: setting(oneOf('disable', 'prefer', 'require')),
  target_session_attrs: setting(oneOf(...targetSessionAttributes)),
  // libpq takes 0 for "wait for ever"; here every wait is bounded.
  connect_timeout: setting(wholeNumber(1)),
  options: setting(),

  application_name: tool(),
  fallback_application_name: tool(),
  client_encoding: tool(),
  keepalives: tool(oneOf(...switches)),
  keepalives_idle: tool(wholeNumber(0)),
  keepalives_interval: tool(wholeNumber(0)),
  keepalives_count: tool(wholeNumber(0)),
  tcp_user_timeout: tool(wholeNumber(0)),
  // `require` is left out: our own sessions have no GSS encryption and may not pretend to.
  gssencmode: tool(oneOf('disable', 'prefer')),
  gssdelegation: tool(oneOf(...switches)),
  gsslib: tool(),
  krbsrvname: tool(),
  load_balance_hosts: tool(oneOf('disable', 'random')),
  require_auth: tool(),
  sslcertmode: tool(oneOf('disable', 'allow')),
  sslcompression: tool(oneOf(...switches)),
  sslsni: tool(oneOf(...switches)),
  min_protocol_version: tool(),
  max_protocol_version: tool(),

  requirepeer: unsupported('leave it out and protect the folder of the socket instead'),
  sslcrldir: unsupported('put the lists into one file and give it as sslcrl'),
  sslkeylogfile: unsupported('leave it out: it would write the keys of the encrypted connection to a file'),
  replication: unsupported('leave it out: dumps and restores use ordinary sessions'),
  scram_client_key: unsupported('give the password instead'),
  scram_server_key: unsupported('give the password instead'),
  oauth_issuer: unsupported('use a role with a password or a client certificate'),
  oauth_client_id: unsupported('use a role with a password or a client certificate'),
  oauth_client_secret: unsupported('use a role with a password or a client certificate'),
  oauth_scope: unsupported('use a role with a password or a client certificate'),
};

/** Parameters that other drivers and pools put into a URL and that libpq refuses. */
const foreign: readonly string[] = [
  'schema',
  'currentSchema',
  'search_path',
  'pgbouncer',
  'connection_limit',
  'pool_timeout',
  'socket_timeout',
  'statement_cache_size',
  'sslaccept',
  'sslidentity',
  'uselibpqcompat',
  'supa',
];

export function findKeyword(name: string): Keyword | undefined {
  return Object.hasOwn(keywords, name) ? keywords[name] : undefined;
}

/** What to do about a name that libpq does not know. Names only words of ours. */
export function unknownKeywordRemedy(name: string): string {
  if (foreign.includes(name)) return `leave "${name}" out: it belongs to another driver`;
  const supported = Object.keys(keywords).filter(keyword => keywords[keyword]?.role !== 'unsupported');
  const alias = name === 'database' || name === 'db' ? 'dbname' : name === 'username' ? 'user' : undefined;
  const suggestion = alias ?? nearest(name.trim(), supported);
  return suggestion === undefined
    ? 'leave it out, or look up its name in libpq’s manual'
    : `did you mean "${suggestion}"?`;
}
