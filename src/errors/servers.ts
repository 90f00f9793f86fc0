import type { Entries } from './entry.ts';

/** Servers, and the tools that talk to them. */
export const servers = {
  PGR200: {
    exit: 1,
    meaning: 'the server cannot be reached',
    causes:
      'Host or port are wrong, the server is not running or not ready yet, or a firewall is between: hosted runners have no fixed addresses.',
    remedy:
      'Check host and port; wait for a service container with a health check; let a runner inside of the network do it.',
  },
  PGR201: {
    exit: 1,
    meaning: 'the server refused the login',
    causes:
      'User or password are wrong, a secret ends with a line break, or `pg_hba.conf` has no rule for this user, address or encryption.',
    remedy:
      'Try the same user and password with psql from the same machine; the log of the server says more than it tells its clients.',
  },
  PGR202: {
    exit: 1,
    meaning: 'the database does not exist',
    causes: 'The name is misspelt or has other capitals; a URL without a database means the one named like the user.',
    remedy: 'Correct the name.',
  },
  PGR203: {
    exit: 1,
    meaning: 'the connection could not be encrypted or verified as asked',
    causes:
      'The server has no TLS, its certificate is signed by nobody who is trusted here or is for another name, or something that is not Postgres answers.',
    remedy: 'Give the certificate of the authority as `sslrootcert` and the name in the certificate as `host`.',
  },
  PGR204: {
    exit: 1,
    meaning: 'the connection was lost',
    causes:
      'The server was restarted, ended the session (`pg_terminate_backend`, a timeout, out of memory), or the network broke.',
    remedy: 'Look at the log of the server, then run it again: nothing half-made is left.',
  },
  PGR205: {
    exit: 1,
    meaning: 'the server refused a statement',
    causes:
      'A statement of an `sql` step or a query of a check is wrong, a privilege is missing, or the server does not know what is asked.',
    remedy: 'See the words of the server and the SQLSTATE in the message.',
  },
  PGR206: {
    exit: 1,
    meaning: 'a lock was not obtained in time',
    causes:
      'A migration, `TRUNCATE` or `VACUUM FULL` holds or awaits a table. The message names who, where that can be seen.',
    remedy: 'Run it at another time, raise `timeouts.lock`, or end the session that holds the lock.',
  },
  PGR207: {
    exit: 1,
    meaning: 'the command that gives a password failed',
    causes: 'The `password-command` is not found, ended with an error, took too long or printed nothing.',
    remedy: 'Run it by hand in the same environment; its first line has to be the password.',
  },
  PGR208: {
    exit: 1,
    meaning: 'definitions were changed while dumps shared a snapshot',
    causes:
      'Somebody changed tables or functions meanwhile, and Postgres shows some definitions as they are now, whatever the snapshot.',
    remedy: 'Run it again when nobody migrates.',
  },
  PGR209: {
    exit: 1,
    meaning: 'no connection to the server is free',
    causes:
      '`max_connections`, or the limit of a role, database or pooler, is reached. Parallel dumps need one for each job and a few more.',
    remedy: 'Use fewer `jobs`, or raise the limit; `pg-roundtrip doctor` says how many are needed.',
  },
} as const satisfies Entries;
