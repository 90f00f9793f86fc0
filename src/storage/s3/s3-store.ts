import { setTimeout } from 'node:timers/promises';
import { noProxy } from '../../client/sealed/proxy.ts';
import { checkKey } from '../object-key.ts';
import type { ObjectStore } from '../object-store.ts';
import { type Access, accessTo, asFault, type S3Surroundings } from './access.ts';
import { usualPatience } from './attempts.ts';
import { download } from './download.ts';
import { listObjects } from './list.ts';
import { placeOf, type S3Options } from './options.ts';
import { usualLimits } from './part-plan.ts';
import { upload } from './upload.ts';

export const usualSurroundings: S3Surroundings = {
  patience: usualPatience,
  sleep: async (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  limits: usualLimits,
  proxies: noProxy,
  now: () => new Date(),
  note: () => {},
};

/**
 * Objects in S3-compatible storage. Nothing is sent before the first operation. An endpoint with `https:` is reached
 * through the proxy that `proxies` has for it, one with `http:` directly.
 *
 * @throws PGR113 for an endpoint that would be reached unencrypted through the internet.
 */
export function s3Store(options: S3Options, surroundings: Partial<S3Surroundings> = {}): ObjectStore {
  const access = accessTo(options, { ...usualSurroundings, ...surroundings });
  return {
    place: placeOf(options),
    put: async (key, content, signal) => {
      checkKey(key);
      await upload(access, key, content, signal);
    },
    get: (key, signal) => {
      checkKey(key);
      return download(access, key, signal);
    },
    list: async signal => listObjects(access, signal),
    remove: async (key, signal) => {
      checkKey(key);
      await removeObject(access, key, signal);
    },
  };
}

/** One that is not there is gone already. */
async function removeObject(access: Access, key: string, signal: AbortSignal): Promise<void> {
  try {
    await access.send(
      ({ sdk, client }, abortSignal) => client.send(new sdk.DeleteObjectCommand(access.at(key)), { abortSignal }),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw asFault(error, `${access.named(key)} could not be deleted`, 's3:DeleteObject');
  }
}
