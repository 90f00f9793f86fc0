import type { Entries } from './entry.ts';

/** A connection as it is written: URL, parameters, password, TLS. */
export const connections = {
  PGR101: {
    exit: 2,
    meaning: 'a connection URL is malformed',
    causes:
      'A password holds `@`, `/`, `:`, `#` or `?` as it is, a variable in a URL brings parameters of its own, or a connection string lacks a quote. The message names the place and shows nothing of the URL.',
    remedy:
      'Percent-encode what is special (`@` is `%40`, `/` is `%2F`), or leave the password out of the URL and give it as `password: ${NAME}`.',
  },
  PGR102: {
    exit: 2,
    meaning: 'a connection URL has an invalid percent escape',
    causes: 'A `%` of the password stands for itself, or is followed by something else than two hexadecimal digits.',
    remedy: 'Write such a `%` as `%25`, or give the password beside the URL as `password: ${NAME}`.',
  },
  PGR103: {
    exit: 2,
    meaning: 'a connection URL has a scheme other than postgresql://',
    causes:
      'The URL was made for another program: `postgresql+psycopg://`, `jdbc:postgresql://`, `mysql://`, or `postgres:/` with one slash.',
    remedy: 'Begin it with `postgresql://` or `postgres://`. What has the form `host=… dbname=…` is a `conninfo`.',
  },
  PGR104: {
    exit: 2,
    meaning: 'a connection parameter is unknown to libpq',
    causes:
      'A parameter is misspelt, belongs to another driver (`schema`, `pgbouncer`, `connection_limit`), or is one that is not supported here.',
    remedy:
      'Remove it, or write it as [libpq](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS) knows it.',
  },
  PGR105: {
    exit: 2,
    meaning: 'a connection is given in two ways at once',
    causes:
      'A `url` stands beside `host`, `port`, `user` or `database`, a parameter has two values, or a password stands beside `password-command`.',
    remedy: 'Keep one of the two. Only `password` and TLS may stand beside a `url`.',
  },
  PGR106: {
    exit: 2,
    meaning: 'two different passwords are given',
    causes:
      'The URL has a password and `password` another one, often as one of two secrets was renewed; or a password file has several for the hosts of one connection.',
    remedy: 'Give the password once.',
  },
  PGR107: {
    exit: 2,
    meaning: 'a port is out of range',
    causes:
      'A port is no whole number from 1 to 65535, or there is another number of ports than of hosts. In a URL, a `:` or `/` of the password can look like a port.',
    remedy: 'Correct it, or percent-encode the password.',
  },
  PGR108: {
    exit: 2,
    meaning: 'a name contains a control character',
    causes:
      'A name of a database, role or object has a line break or NUL in it, or a host has white space; mostly from a variable that was read from a file.',
    remedy: 'Remove it where the variable is set. Names with any other character work, and are taken literally.',
  },
  PGR109: {
    exit: 2,
    meaning: 'a password contains a character that no password file can hold',
    causes: 'The secret was stored together with a line break.',
    remedy: 'Store it anew, for example with `printf %s "$PASSWORD" | gh secret set NAME`.',
  },
  PGR110: {
    exit: 2,
    meaning: 'a password or URL is empty',
    causes:
      'The secret does not exist under that name, or the workflow runs for a pull request of a fork or of Dependabot, which get no secrets.',
    remedy: 'Set the secret, or run the job only where there are secrets.',
  },
  PGR111: {
    exit: 2,
    meaning: 'a connection parameter has a value that libpq does not know',
    causes:
      'A value is misspelt (`sslmode: required` instead of `require`), is no number that fits, or contradicts another one.',
    remedy: 'Use one of the values that the message lists.',
  },
  PGR112: {
    exit: 2,
    meaning: 'a certificate or key file is needed and missing',
    causes:
      '`sslmode` is `verify-ca` or `verify-full` and there is no root certificate, a named file is not there, or a client certificate has no key.',
    remedy:
      'Write the file before this step and name it in `sslrootcert`, or write `sslrootcert: system` (client 16 or newer).',
  },
  PGR113: {
    exit: 4,
    meaning: 'the connection to a public address would not be encrypted',
    causes:
      '`sslmode` is weaker than `require` for a host outside of private networks, or the endpoint of a storage begins with `http://`.',
    remedy:
      'Leave `sslmode` out, or write `require` or `verify-full`. `allow-insecure: true` accepts it, and the report says so.',
  },
  PGR114: {
    exit: 2,
    meaning: 'a service or its file is not found',
    causes: 'The service file has no section of that name, cannot be read, or has lines that are not `name=value`.',
    remedy: 'Add the section, or name the right file as `servicefile`.',
  },
  PGR115: {
    exit: 2,
    meaning: 'a password file cannot be used',
    causes:
      'The file that `passfile` names is missing, or others than its owner may read it; libpq would pass over it without a word.',
    remedy: 'Correct the path, and `chmod 600` the file.',
  },
  PGR116: {
    exit: 4,
    meaning: 'a connection pooler would give sessions of the run to other clients',
    causes:
      'The address is that of PgBouncer or the like in transaction mode. What a dump sets in a session would break the application there.',
    remedy:
      'Use the direct address of the server, often with port 5432 instead of 6432 or 6543, or the pooler in session mode.',
  },
} as const satisfies Entries;
