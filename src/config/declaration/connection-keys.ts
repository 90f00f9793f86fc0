interface Part {
  readonly help: string;
  /** What holds when the key is not given; libpq's default unless said otherwise. */
  readonly otherwise?: string;
}

/**
 * The settings of libpq 18 (manual, "Parameter Key Words") that a connection may have besides its location and its
 * secrets, with dashes for libpq's underscores. What their values may be is known where connections are resolved.
 */
export const connectionParts: Readonly<Record<string, Part>> = {
  sslmode: {
    help: 'How strongly the connection must be encrypted and the server checked.',
    otherwise: '`require` on a public address (`verify-full` with a root certificate), else `prefer`',
  },
  sslrootcert: { help: 'File of root certificates, or `system`.', otherwise: '`~/.postgresql/root.crt`, if it exists' },
  sslcert: { help: 'File of the client certificate.', otherwise: '`~/.postgresql/postgresql.crt`, if it exists' },
  sslkey: { help: 'File of the private key.', otherwise: '`~/.postgresql/postgresql.key`, if it exists' },
  sslcrl: { help: 'File of revoked certificates.', otherwise: '`~/.postgresql/root.crl`, if it exists' },
  'ssl-min-protocol-version': { help: 'Oldest TLS version to accept.' },
  'ssl-max-protocol-version': { help: 'Newest TLS version to use.' },
  sslnegotiation: { help: 'Whether TLS begins at once (`direct`) or after asking.' },
  sslcertmode: { help: 'Whether a client certificate is sent.' },
  sslsni: { help: 'Whether the host name is sent in the clear when TLS begins.' },
  sslcompression: { help: 'Compression of TLS; ignored by newer servers.' },
  'channel-binding': { help: 'Whether the login is bound to the TLS channel.' },
  'require-auth': { help: 'Ways of logging in that are accepted.' },
  'target-session-attrs': { help: 'Which of several servers is acceptable.' },
  'load-balance-hosts': { help: 'Whether several hosts are tried in random order.' },
  'connect-timeout': { help: 'Seconds to wait for one host.', otherwise: '`timeouts.connect`' },
  passfile: { help: 'Password file.', otherwise: '`PGPASSFILE`, else `~/.pgpass`' },
  options: { help: 'Command line options of the server’s session, such as `-c work_mem=64MB`.' },
  'application-name': { help: 'Name of the session on the server.' },
  'fallback-application-name': { help: 'Name of the session if no other is given.' },
  'client-encoding': { help: 'Encoding of the session.' },
  keepalives: { help: 'Whether TCP keepalives are sent.' },
  'keepalives-idle': { help: 'Seconds of silence before the first keepalive.' },
  'keepalives-interval': { help: 'Seconds between keepalives.' },
  'keepalives-count': { help: 'Keepalives that may be lost.' },
  'tcp-user-timeout': { help: 'Milliseconds that sent data may stay unacknowledged.' },
  'min-protocol-version': { help: 'Oldest version of the Postgres protocol to accept.' },
  'max-protocol-version': { help: 'Newest version of the Postgres protocol to ask for.' },
  gssencmode: { help: 'Whether GSS encryption is tried.' },
  gssdelegation: { help: 'Whether GSS credentials are passed on.' },
  gsslib: { help: 'GSS library to use.' },
  krbsrvname: { help: 'Kerberos service name.' },
};

/** Parameters of libpq 18 that a connection may not have. */
export const refusedParts: readonly string[] = [
  'requirepeer',
  'sslcrldir',
  'sslkeylogfile',
  'replication',
  'scram_client_key',
  'scram_server_key',
  'oauth_issuer',
  'oauth_client_id',
  'oauth_client_secret',
  'oauth_scope',
];
