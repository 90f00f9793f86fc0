import { randomBytes } from 'node:crypto';
import { fault, RoundtripError } from '../errors.ts';
import { withUser } from '../postgres/connection/conninfo.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { scramVerifier } from '../postgres/scram.ts';
import type { Session } from '../postgres/session.ts';
import { Secret } from '../secret.ts';
import { dropOwnRole } from './drop-own.ts';
import { parametersOf } from './run-tool.ts';
import type { OpenSession, Runtime } from './runtime.ts';

/** A role that owns a copy of a dump that is not trusted. It can do nothing that it does not own, and log in only meanwhile. */
export interface MadeRole {
  readonly name: string;
  /** It stays as the owner of the copy, or goes with it at the end of the job. */
  succeeded(temporary: boolean): void;
  failed(): Promise<void>;
}

const named = /^roundtrip_owner_[0-9a-f]{12}$/;

/** Undefined where the connection's own role is no superuser and may not make roles: then that has to do. */
export async function makeRole(connection: string, control: Session, runtime: Runtime): Promise<MadeRole | undefined> {
  const [own] = await control.query<{ superuser: boolean; makes: boolean }>(
    'select rolsuper as superuser, rolcreaterole as makes from pg_roles where rolname = current_user',
  );
  if (own?.superuser !== true && own?.makes !== true) return undefined;
  const name = `roundtrip_owner_${randomBytes(6).toString('hex')}`;
  const gone = runtime.undo.record({ kind: 'role', connection, name });
  await control.query(`create role ${name} with nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls`);
  // Else it could not be made the owner of anything.
  if (!own.superuser) await control.query(`grant ${name} to current_user`);
  return {
    name,
    succeeded: temporary => {
      if (!temporary) gone();
    },
    failed: async () => {
      if (await dropOwnRole(runtime, connection, name)) gone();
    },
  };
}

/** The role that such a restore has made for a database and left as its owner; undefined where there is none. */
export async function roleMadeFor(database: string, control: Session): Promise<string | undefined> {
  const [row] = await control.query<{ owner: string }>(
    `select rolname::text as owner from pg_database d join pg_roles r on r.oid = d.datdba
     where datname = $1 and not rolsuper and not rolcreaterole`,
    [database],
  );
  return row !== undefined && named.test(row.owner) ? row.owner : undefined;
}

/**
 * Lets the role log in while `body` does its work as it. A session of a superuser with another role set would not do: what
 * the dump says could set it back.
 */
export async function loggedInAs<Result>(
  role: string,
  connection: string,
  runtime: Runtime,
  body: (inside: Runtime) => Promise<Result>,
): Promise<Result> {
  const password = new Secret(randomBytes(24).toString('base64url'));
  runtime.platform.mask(password.reveal());
  const alter = async (how: string, signal?: AbortSignal): Promise<void> => {
    await using session = await runtime.openSession(connection, { signal });
    await session.query(`alter role ${quoteIdentifier(role)} with ${how}`);
  };
  await alter(`login password ${quoteLiteral(scramVerifier(password.reveal()))}`);
  try {
    const inside = asUser(role, connection, { ...runtime, confined: { outer: runtime, role } }, password);
    await (await inside.openSession(connection).catch(cannotLogIn))[Symbol.asyncDispose]();
    return await body(inside);
  } finally {
    // Over a session of its own, as the run may be over; a role that is gone by now needs nothing.
    await alter('nologin password null', AbortSignal.timeout(5_000)).catch(() => undefined);
  }
}

/** The same runtime with all that goes to one connection done by this user: by another password, or by what it has. */
export function asUser(user: string, connection: string, runtime: Runtime, password?: Secret): Runtime {
  const declared = parametersOf(runtime, connection);
  const parameters = password === undefined ? declared : { ...declared, user, password, passwordCommand: undefined };
  const openSession: OpenSession = (name, options) =>
    runtime.openSession(
      name,
      name === connection && password !== undefined ? { ...options, as: { user, password } } : options,
    );
  const prefix = '--dbname=';
  return {
    ...runtime,
    connections: { ...runtime.connections, [connection]: parameters },
    openSession,
    runProcess: (command, options) => {
      const args = command.arguments.map(argument =>
        argument.startsWith(prefix) ? prefix + withUser(argument.slice(prefix.length), user) : argument,
      );
      return runtime.runProcess({ ...command, arguments: args }, options);
    },
  };
}

function cannotLogIn(error: unknown): never {
  const why = error instanceof RoundtripError ? error.problems[0].message : String(error);
  throw fault(
    'PGR174',
    `a dump from elsewhere is restored as a role of its own, and that cannot log in: ${why}`,
    'allow it in pg_hba.conf by password, connect without the pooler or as a role that is no superuser, or say why the dump may run as the connection does under trust: REASON',
    error,
  );
}
