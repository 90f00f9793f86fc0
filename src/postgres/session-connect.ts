import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { asRoundtripError, fault, type RoundtripError } from '../errors.ts';
import type { ConnectionParameters, Host, TargetSessionAttributes } from './connection-parameters.ts';
import { type Attempted, attempt, type OpenedClient } from './session-attempt.ts';
import { connectionFault } from './session-connect-errors.ts';
import { deadline } from './session-deadline.ts';
import { encryptionOrder } from './session-encryption.ts';
import { hostName } from './session-errors.ts';
import type { ServerFacts } from './session-settings.ts';
import { type Target, targetsOf } from './session-stream.ts';
import { readTlsOptions } from './session-tls.ts';

export type { OpenedClient } from './session-attempt.ts';

/** What connecting needs to know beside the parameters. */
export interface ConnectOptions {
  readonly database?: string;
  readonly applicationName: string;
  readonly signal?: AbortSignal;
  readonly lockTimeout?: number;
}

type Failed = Exclude<Attempted, { readonly kind: 'opened' }>;

/** Milliseconds from one try to the next, of a server that is starting. */
const startingPause = 500;

/**
 * Connects to the first host that suits. Where all that can be said of the servers is that they are starting, or stopping,
 * they are asked again for as long as the time to connect allows; libpq leaves that to its caller.
 */
export async function connect(parameters: ConnectionParameters, options: ConnectOptions): Promise<OpenedClient> {
  const until = performance.now() + parameters.connectTimeout * 1000;
  for (;;) {
    const tried = await tryHosts(parameters, options);
    if (tried.kind === 'opened') return tried.opened;
    const starting = tried.failures.every(({ sqlState }) => sqlState === '57P03');
    if (!starting || performance.now() + startingPause > until) throw summary(tried.failures);
    await delay(startingPause);
  }
}

/**
 * Tries the hosts in order, each of a host's addresses, each in the ways that its sslmode allows, as libpq does
 * (manual, "Specifying Multiple Hosts"): a server that cannot be reached hands over to the next one, one that refuses
 * us ends the search.
 */
async function tryHosts(
  parameters: ConnectionParameters,
  options: ConnectOptions,
): Promise<
  | { readonly kind: 'opened'; readonly opened: OpenedClient }
  | { readonly kind: 'failed'; readonly failures: readonly Failed[] }
> {
  const tlsOptions = parameters.tls.mode === 'disable' ? {} : await readTlsOptions(parameters);
  const failures: Failed[] = [];
  for (const wanted of passes(parameters.targetSessionAttributes)) {
    for (const host of parameters.hosts) {
      const attempted = await tryHost(host, parameters, options, tlsOptions);
      if (options.signal?.aborted) {
        if (attempted.kind === 'opened') attempted.opened.stream.destroy();
        throw cancelled();
      }
      if (attempted.kind !== 'opened') {
        failures.push(attempted);
        if (attempted.kind !== 'unreachable') throw attempted.error;
      } else if (suits(attempted.opened.facts, wanted)) {
        return attempted;
      } else {
        attempted.opened.stream.destroy();
        failures.push({ kind: 'unreachable', sqlState: undefined, error: unsuited(host, wanted) });
      }
    }
  }
  return { kind: 'failed', failures };
}

async function tryHost(
  host: Host,
  parameters: ConnectionParameters,
  options: ConnectOptions,
  tlsOptions: ConnectionOptions,
): Promise<Attempted> {
  let last: Attempted | undefined;
  try {
    using limit = deadline(parameters.connectTimeout, options.signal);
    const targets = await targetsOf(host, limit.signal);
    for (const target of targets) {
      last = await tryTarget(target, host, parameters, options, tlsOptions);
      if (last.kind !== 'unreachable' || options.signal?.aborted) return last;
    }
  } catch (error) {
    return { kind: 'unreachable', sqlState: undefined, error: connectionFault(error, host, parameters) };
  }
  return (
    last ?? {
      kind: 'unreachable',
      sqlState: undefined,
      error: connectionFault(new Error('the name has no address'), host, parameters),
    }
  );
}

async function tryTarget(
  target: Target,
  host: Host,
  parameters: ConnectionParameters,
  options: ConnectOptions,
  tlsOptions: ConnectionOptions,
): Promise<Attempted> {
  using limit = deadline(parameters.connectTimeout, options.signal);
  const [first, second] = encryptionOrder(parameters.tls.mode, target);
  const one = await attempt({ target, host, parameters, options, tlsOptions, encryption: first, signal: limit.signal });
  // A wrong password stays wrong. libpq would send it again here, this time over the unencrypted connection.
  const settled = one.kind === 'opened' || one.kind === 'unreachable' || one.kind === 'final';
  if (second === undefined || settled || (one.sqlState === '28P01' && second === 'plain')) return one;
  const other = await attempt({
    target,
    host,
    parameters,
    options,
    tlsOptions,
    encryption: second,
    signal: limit.signal,
  });
  // "No entry in pg_hba.conf" only says that this way is closed; what the other way said is worth more.
  return other.kind !== 'opened' && other.sqlState === '28000' ? one : other;
}

/** `prefer-standby` goes through the hosts twice: for a standby, then for anything. */
function passes(attributes: TargetSessionAttributes): readonly TargetSessionAttributes[] {
  return attributes === 'prefer-standby' ? ['standby', 'any'] : [attributes];
}

function suits({ inRecovery, readOnly }: ServerFacts, wanted: TargetSessionAttributes): boolean {
  switch (wanted) {
    case 'any':
    case 'prefer-standby':
      return true;
    case 'read-write':
      return !readOnly;
    case 'read-only':
      return readOnly;
    case 'primary':
      return !inRecovery;
    case 'standby':
      return inRecovery;
  }
}

function unsuited(host: Host, wanted: TargetSessionAttributes): RoundtripError {
  return fault(
    'PGR200',
    `the server at ${hostName(host)} is not what target_session_attrs=${wanted} asks for`,
    'add the right host, or change target_session_attrs',
  );
}

function cancelled(): RoundtripError {
  return fault('PGR600', 'the run was cancelled while it was connecting', 'start it again when you are ready');
}

function summary(failures: readonly Failed[]): RoundtripError {
  const last = failures.at(-1)?.error ?? asRoundtripError('no host was tried');
  if (failures.length < 2) return last;
  const each = [...new Set(failures.flatMap(({ error }) => error.problems.map(({ message }) => message)))].join('; ');
  return fault(last.code, `none of the hosts can be used: ${each}`, last.problems[0].remedy, last);
}
