import type { ProxySettings } from '../../client/sealed/proxy.ts';
import { fault } from '../../errors.ts';
import { addressOf } from './address.ts';
import { type Attempts, AttemptsFailed, patiently } from './attempts.ts';
import { type Connected, connect } from './client.ts';
import { type S3Permission, storageFault } from './explain.ts';
import { fullKey, placeOf, type S3Options } from './options.ts';
import type { PartLimits } from './part-plan.ts';

/** What the store needs from outside. */
export interface S3Surroundings extends Attempts {
  readonly proxies: ProxySettings;
  readonly limits: PartLimits;
  readonly now: () => Date;
  /** Takes what a reader of the report should know of the storage. */
  readonly note: (text: string) => void;
}

/** One bucket as its operations see it. */
export interface Access {
  readonly options: S3Options;
  readonly surroundings: S3Surroundings;
  /** Bucket and full key, for a request. */
  at(key: string): { readonly Bucket: string; readonly Key: string };
  /** `s3://bucket/prefix/key`, for people. */
  named(key: string): string;
  /** One request, sent as often as it takes. `bytes` is what it carries. @throws AttemptsFailed */
  send<Result>(
    request: (connected: Connected, signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
    bytes?: number,
  ): Promise<Result>;
}

/** Nothing is loaded or sent before the first request. @throws PGR113 for an endpoint that is not to be used. */
export function accessTo(options: S3Options, surroundings: S3Surroundings): Access {
  addressOf(options);
  let connected: Promise<Connected> | undefined;
  return {
    options,
    surroundings,
    at: key => ({ Bucket: options.bucket, Key: fullKey(options, key) }),
    named: key => placeOf(options, key),
    send: async (request, signal, bytes = 0) => {
      connected ??= connect(options, surroundings.proxies, surroundings);
      const made = await connected;
      return await patiently(surroundings, signal, bytes, limited => request(made, limited));
    },
  };
}

/** What was thrown, with failures of requests as the error that a user sees. `what` ends before the reason. */
export function asFault(error: unknown, what: string, permission: S3Permission): unknown {
  return error instanceof AttemptsFailed ? storageFault(what, error.failure, permission, error) : error;
}

export function isTaken(place: string): Error {
  return fault(
    'PGR131',
    `${place} exists already; a stored object is never overwritten`,
    'choose another name; names with {date} and {time} differ from run to run',
  );
}
