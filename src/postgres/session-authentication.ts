import type { EventEmitter } from 'node:events';
import { fault, type RoundtripError } from '../errors.ts';
import type { ConnectionParameters } from './connection-parameters.ts';

/** libpq's names of what a server can ask for (manual, `require_auth`), plus SCRAM bound to the TLS channel. */
type Method = 'none' | 'password' | 'md5' | 'scram-sha-256' | 'scram-sha-256-plus';

export interface AuthenticationGuard {
  /** Gives the driver the password, if the server asks in a way that we accept. */
  readonly password: () => Promise<string>;
  /** Follows what the server asks for; to be called before the driver listens. */
  readonly watch: (connection: EventEmitter) => void;
}

/**
 * Stands between the driver and the server while we log in: the driver answers whatever is asked, so a server in
 * between could ask for the password in the clear, or let us in without proving that it knows it.
 */
export function guardAuthentication(parameters: ConnectionParameters, encrypted: boolean): AuthenticationGuard {
  const { password, channelBinding } = parameters;
  const allowed = allowedMethods(parameters.others['require_auth']);
  let asked: Method = 'none';
  let proven = false;

  const objection = (): RoundtripError | undefined => {
    if (channelBinding === 'require' && asked !== 'scram-sha-256-plus') return bindingFault(encrypted);
    const name = asked === 'scram-sha-256-plus' ? 'scram-sha-256' : asked;
    if (allowed(name)) return undefined;
    return fault(
      'PGR201',
      `the server uses the login method "${name}", which require_auth rules out`,
      'change require_auth, or pg_hba.conf on the server',
    );
  };

  return {
    password: async () => {
      const wrong = objection();
      if (wrong !== undefined) throw wrong;
      if (password !== undefined) return password.reveal();
      throw fault(
        'PGR201',
        `the server asks for a password of user "${parameters.user}" and none is given`,
        'give it as password, from a variable or secret',
      );
    },
    watch: connection => {
      connection.on('authenticationCleartextPassword', () => {
        asked = 'password';
      });
      connection.on('authenticationMD5Password', () => {
        asked = 'md5';
      });
      connection.on('authenticationSASL', ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
        const bound = encrypted && channelBinding !== 'disable' && mechanisms.includes('SCRAM-SHA-256-PLUS');
        asked = bound ? 'scram-sha-256-plus' : 'scram-sha-256';
      });
      // The driver has checked the server's signature before this event reaches a listener added after its own.
      connection.on('authenticationSASLFinal', () => {
        proven = true;
      });
      connection.on('authenticationOk', () => {
        const unproven = asked.startsWith('scram') && !proven;
        const wrong = unproven ? unprovenFault() : objection();
        if (wrong !== undefined) connection.emit('error', wrong);
      });
    },
  };
}

function allowedMethods(requireAuth: string | undefined): (method: string) => boolean {
  if (requireAuth === undefined) return () => true;
  const names = requireAuth.split(',').map(name => name.trim());
  if (!names.every(name => name.startsWith('!'))) return method => names.includes(method);
  return method => !names.includes(`!${method}`);
}

function bindingFault(encrypted: boolean): RoundtripError {
  const message = encrypted
    ? 'the server does not bind the login to the encrypted channel'
    : 'channel_binding=require needs an encrypted connection';
  return fault('PGR203', message, 'use SCRAM passwords and TLS on the server, or channel_binding=prefer');
}

function unprovenFault(): RoundtripError {
  return fault(
    'PGR203',
    'the server let us in without proving that it knows the password',
    'check who answers at this host and port: it may not be your server',
  );
}
