import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type Client from 'pg/lib/client.js';
import { RoundtripError } from '../errors.ts';
import { type ConnectionParameters, type Host, sslModes } from './connection-parameters.ts';
import { type LoginProgress, logIn } from './session-client.ts';
import { connectionFault, encryptionFault, loginFault } from './session-connect-errors.ts';
import { askForEncryption, type Encryption } from './session-encryption.ts';
import { codeOf, sqlStateOf } from './session-errors.ts';
import { refuseSharedSession } from './session-pooler.ts';
import { openingStatements, readServerFacts, type ServerFacts } from './session-settings.ts';
import { openSocket, type Target } from './session-stream.ts';
import { encrypt } from './session-tls.ts';

/** A client that is logged in and pinned. */
export interface OpenedClient {
  readonly client: InstanceType<typeof Client>;
  readonly stream: Duplex;
  readonly host: Host;
  readonly target: Target;
  readonly encrypted: boolean;
  readonly facts: ServerFacts;
  readonly cancelKey: LoginProgress['cancelKey'];
  /** Whether something stands before the server that logs in by itself, and hands on what we say. */
  readonly pooled: boolean;
}

/**
 * How one attempt ended: `unreachable` lets the next address or host have a try, `rejected` (by the handshake, or by
 * the server before it knew us) the other way of encryption; `final` ends the search.
 */
export type Attempted =
  | { readonly kind: 'opened'; readonly opened: OpenedClient }
  | {
      readonly kind: 'unreachable' | 'rejected' | 'final';
      readonly error: RoundtripError;
      readonly sqlState: string | undefined;
    };

export interface Attempt {
  readonly target: Target;
  readonly host: Host;
  readonly parameters: ConnectionParameters;
  readonly options: { readonly database?: string; readonly applicationName: string; readonly lockTimeout?: number };
  readonly tlsOptions: ConnectionOptions;
  readonly encryption: Encryption;
  readonly signal: AbortSignal;
  /** True for the second session that is only to show what a pooler does. */
  readonly probing?: boolean;
}

/** Milliseconds; see SessionOptions. */
const defaultLockTimeout = 30_000;

/** Tries one address in one way. Never rejects; whatever fails leaves no connection behind. */
export async function attempt(asked: Attempt): Promise<Attempted> {
  const { host, parameters, signal } = asked;
  let socket: Duplex | undefined;
  try {
    socket = await openSocket(asked.target, signal);
  } catch (error) {
    return { kind: 'unreachable', sqlState: undefined, error: connectionFault(error, host, parameters) };
  }
  let channel: Channel;
  try {
    channel = await openChannel(asked, socket);
  } catch (error) {
    socket.destroy();
    if (signal.aborted)
      return { kind: 'unreachable', sqlState: undefined, error: connectionFault(error, host, parameters) };
    return { kind: 'rejected', sqlState: undefined, error: encryptionFault(error, host, parameters) };
  }
  const progress: LoginProgress = { authenticated: false, cancelKey: undefined };
  try {
    const opened = await openClient(asked, channel, progress);
    if (opened.pooled && !asked.probing) await keepOwnSession(opened, asked);
    return { kind: 'opened', opened };
  } catch (error) {
    channel.stream.destroy();
    return refusal(error, asked, channel.encrypted, progress.authenticated);
  }
}

interface Channel {
  readonly stream: Duplex;
  readonly encrypted: boolean;
}

/** Encrypts the connection, or leaves it plain where the server has no TLS and the mode does not insist. */
export async function openChannel(
  asked: Pick<Attempt, 'host' | 'parameters' | 'tlsOptions' | 'encryption' | 'signal'>,
  socket: Duplex,
): Promise<Channel> {
  const { host, parameters, tlsOptions, signal } = asked;
  if (asked.encryption === 'plain') return { stream: socket, encrypted: false };
  if (parameters.tls.negotiation === 'postgres' && !(await askForEncryption(socket, signal))) {
    if (sslModes.indexOf(parameters.tls.mode) < sslModes.indexOf('require'))
      return { stream: socket, encrypted: false };
    throw new Error('the server has no TLS');
  }
  return { stream: await encrypt(socket, host, parameters, tlsOptions, signal), encrypted: true };
}

async function openClient(
  asked: Attempt,
  { stream, encrypted }: Channel,
  progress: LoginProgress,
): Promise<OpenedClient> {
  const { parameters, options, host, target, signal } = asked;
  const database = options.database ?? parameters.database;
  const client = await logIn(
    { parameters, database, applicationName: options.applicationName, encrypted },
    stream,
    progress,
    signal,
  );
  const onAbort = () => stream.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const named = progress.cancelKey?.processId ?? 0;
    const facts = readServerFacts(await client.query(openingStatements(lockTimeoutOf(options), named)));
    if (facts === undefined) throw new Error('the server does not answer like Postgres');
    const pooled = facts.backendPid !== named;
    return { client, stream, host, target, encrypted, facts, cancelKey: progress.cancelKey, pooled };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Pins a session that a pooler gives to us alone, as it may; throws PGR116 where it does not. */
async function keepOwnSession(opened: OpenedClient, asked: Attempt): Promise<void> {
  const half = AbortSignal.timeout(asked.parameters.connectTimeout * 500);
  const onAbort = () => opened.stream.destroy();
  asked.signal.addEventListener('abort', onAbort, { once: true });
  try {
    await refuseSharedSession(opened, () =>
      attempt({ ...asked, signal: AbortSignal.any([asked.signal, half]), probing: true }),
    );
    await opened.client.query(openingStatements(lockTimeoutOf(asked.options), undefined));
  } finally {
    asked.signal.removeEventListener('abort', onAbort);
  }
}

function lockTimeoutOf({ lockTimeout }: Attempt['options']): number {
  return lockTimeout ?? defaultLockTimeout;
}

function refusal(
  error: unknown,
  { host, parameters, options, encryption, signal }: Attempt,
  encrypted: boolean,
  authenticated: boolean,
): Attempted {
  const sqlState = sqlStateOf(error);
  const timedOut = signal.aborted;
  // From TLS 1.3 on a server tells only after the handshake that it does not want our certificate, and then hangs up:
  // what we were just sending can turn that into a reset that hides its words.
  const hungUp = sqlState === undefined && !(error instanceof RoundtripError) && encrypted && !authenticated;
  if (!timedOut && hungUp && (codeOf(error).startsWith('ERR_SSL_') || parameters.tls.certificate !== undefined)) {
    return { kind: 'final', sqlState, error: encryptionFault(error, host, parameters) };
  }
  if (timedOut || (sqlState === undefined && !(error instanceof RoundtripError))) {
    return {
      kind: 'unreachable',
      sqlState,
      error: connectionFault(timedOut ? signal.reason : error, host, parameters),
    };
  }
  const told = loginFault(error, { host, parameters, database: options.database ?? parameters.database, encrypted });
  // libpq: "cannot connect now" (starting up, shutting down) is no answer, so the next host is asked.
  if (sqlState === '57P03') return { kind: 'unreachable', sqlState, error: told };
  const asAsked = encrypted === (encryption === 'tls');
  return {
    kind: authenticated || error instanceof RoundtripError || !asAsked ? 'final' : 'rejected',
    sqlState,
    error: told,
  };
}
