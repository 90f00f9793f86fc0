import { findKeyword, type Values } from '../../postgres/connection/keywords.ts';
import { list } from '../schema/collections.ts';
import { defaulted, optional } from '../schema/fields.ts';
import type { Field, Kind } from '../schema/kind.ts';
import { object } from '../schema/object.ts';
import { either, mapScalar, type ScalarKind } from '../schema/scalar.ts';
import { boolean, choice, flag, integer, text } from '../schema/scalars.ts';
import { secretText } from '../schema/secret-text.ts';
import { connectionParts, refusedParts } from './connection-keys.ts';
import { name } from './names.ts';

/** The keyword of libpq that a key stands for. */
export function libpqKeyword(key: string): string {
  return key === 'database' ? 'dbname' : key.replaceAll('-', '_');
}

type PartFields = Readonly<Record<string, Field<string | undefined>>>;

/** Keys that say where a server is, or who asks: what a URL says already. */
const locationFields: PartFields = {
  host: part('host', joined(name), 'Name, address or socket folder of the server; several are tried in order.'),
  hostaddr: part('hostaddr', joined(name), 'Numeric address to connect to, one for each host.'),
  port: part(
    'port',
    joined(asText(integer(1, 65_535, 'PGR107'))),
    'Port, one for all hosts or one for each.',
    '`5432`',
  ),
  user: part('user', name, 'Role to log in with.', 'the name of the user who runs the process'),
  database: part('database', name, 'Database to connect to.', 'the name of the role'),
};

const settingFields: PartFields = Object.fromEntries(
  Object.entries(connectionParts).map(([key, { help, otherwise }]) => [key, part(key, kindOf(key), help, otherwise)]),
);

/** Keys of libpq's own whose values go to libpq as text. */
export const partFields: PartFields = { ...locationFields, ...settingFields };

export const connection = object(
  {
    url: optional(
      secretText('PGR101'),
      'Connection URL, `postgresql://user@host:port/database`.',
      manual('Connection URIs'),
    ),
    conninfo: optional(
      secretText('PGR101'),
      "Connection in libpq's key/value form.",
      manual('Keyword/Value Connection Strings'),
    ),
    ...locationFields,
    password: optional(secretText('PGR109'), 'Password, from a variable; may stand beside `url`.', {
      postgres: 'password',
      otherwise: 'none',
    }),
    'password-command': optional(
      list(text()),
      'Program and arguments, run without a shell, whose first line of output is the password; asked again when a minute is over.',
      { otherwise: 'none', aliases: ['password_command'] },
    ),
    service: optional(name, 'Section of a service file.', { postgres: 'service', otherwise: 'none' }),
    'service-file': optional(text(), 'Service file to use.', {
      postgres: 'servicefile',
      aliases: ['service_file', 'servicefile'],
      otherwise: '`PGSERVICEFILE`, `~/.pg_service.conf`, then the one in `PGSYSCONFDIR`',
    }),
    protected: defaulted(
      boolean(),
      false,
      'Never a restore target, nor a place for an `sql` step or a scratch database.',
    ),
    'allow-insecure': defaulted(boolean(), false, 'Allows an `sslmode` weaker than `require` on a public address.', {
      aliases: ['allow_insecure'],
    }),
    sslpassword: optional(secretText('PGR109'), 'Password of the private key, from a variable.', {
      postgres: 'sslpassword',
      otherwise: 'none',
    }),
    throwaway: optional(
      flag(),
      'A server is started for this, on this machine alone, and gone with all its data at the end of the job.',
      { otherwise: 'the server is there already' },
    ),
    version: optional(either(integer(10, 99), choice(['auto'])), 'Major version of a `throwaway` server.', {
      otherwise: '`auto`: that of the server whose dump is restored, or the nearest newer one that can be had',
    }),
    ...settingFields,
  },
  {
    atLeastOne: [['url', 'conninfo', 'service', 'host', 'hostaddr', 'throwaway']],
    alone: { key: 'throwaway', beside: ['version'] },
    needs: [['version', 'throwaway']],
    conflicts: [
      ['url', 'conninfo'],
      ['password', 'password-command'],
      ...['url', 'conninfo'].flatMap(whole => Object.keys(locationFields).map(single => [whole, single] as const)),
    ],
    code: 'PGR105',
    hints: {
      dbname: 'write database',
      db: 'write database',
      username: 'write user',
      uri: 'write url',
      dsn: 'write url',
      ...Object.fromEntries(refusedParts.flatMap(refusal)),
    },
  },
);

export type ConnectionDeclaration = NonNullable<ReturnType<typeof connection.decode>>['value'];

function manual(section: string) {
  return { postgres: `“${section}”`, otherwise: 'none' };
}

function part(key: string, kind: Kind<string>, help: string, otherwise = "libpq's default"): Field<string | undefined> {
  const keyword = libpqKeyword(key);
  const aliases = key.includes('-') ? [keyword] : [];
  return optional(kind, help, { postgres: keyword, otherwise, aliases });
}

function asText(kind: ScalarKind<number>): ScalarKind<string> {
  return mapScalar(kind, String);
}

/** libpq takes lists as text with commas. */
function joined(kind: ScalarKind<string>): Kind<string> {
  const items = list(kind);
  return {
    ...items,
    decode: (...parameters) => {
      const decoded = items.decode(...parameters);
      return decoded && { value: decoded.value.join(',') };
    },
  };
}

/** The kind that fits what the resolver of connections will take. */
function kindOf(key: string): Kind<string> {
  const keyword = findKeyword(libpqKeyword(key));
  const takes: Values = keyword !== undefined && 'values' in keyword ? keyword.values : { kind: 'any' };
  if (takes.kind === 'any') return text();
  if (takes.kind === 'whole number') return asText(integer(takes.least, 2_147_483, 'PGR111'));
  const isSwitch = takes.allowed.join() === '0,1';
  return isSwitch ? mapScalar(boolean(), value => (value ? '1' : '0')) : choice(takes.allowed, 'PGR111');
}

function refusal(keyword: string): readonly (readonly [string, string])[] {
  const found = findKeyword(keyword);
  if (found?.role !== 'unsupported') return [];
  return [keyword, keyword.replaceAll('_', '-')].map(key => [key, found.remedy] as const);
}
