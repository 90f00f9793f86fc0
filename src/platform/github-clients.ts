import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientStore } from '../client/client-store.ts';
import type { LockedSet } from '../client/lock/lock.ts';
import type { Platform } from './platform.ts';

/**
 * How long a cache is waited for, in milliseconds. Its client tries again for half a minute while the service is down;
 * the packages come in two seconds from any mirror.
 */
const patience = { answer: 5_000, save: 30_000 };

/**
 * The runner's tool cache for laid-out clients, and the CI's cache for their packages. The client of the latter is
 * loaded when it is needed, as it is megabytes of code.
 */
export function githubClientStore(
  environment: Readonly<Record<string, string | undefined>>,
  platform: Pick<Platform, 'temporary' | 'info'>,
): ClientStore {
  const folder = join(platform.temporary, 'pg-roundtrip-packages');
  let silent = false;
  const attempt = async (what: string, body: () => Promise<unknown>): Promise<void> => {
    if (silent) return;
    try {
      await body();
    } catch (error) {
      silent = error instanceof Silence;
      platform.info(`    the cache could not be ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    folder: environment['RUNNER_TOOL_CACHE'] || join(platform.temporary, 'pg-roundtrip-clients'),
    packages: {
      folder,
      restore: set =>
        attempt('read', async () => {
          const { isFeatureAvailable, restoreCache } = await import('@actions/cache');
          if (!isFeatureAvailable()) return;
          // Asked first, and only that is given up: a late answer must write no files under those of the run.
          const asked = restoreCache([folder], cacheKey(set), [], { lookupOnly: true });
          if ((await answerOf(asked, patience.answer)) !== undefined) await restoreCache([folder], cacheKey(set));
        }),
      save: set =>
        attempt('written', async () => {
          const { isFeatureAvailable, saveCache } = await import('@actions/cache');
          if (isFeatureAvailable()) await answerOf(saveCache([folder], cacheKey(set)), patience.save);
        }),
    },
  };
}

class Silence extends Error {}

async function answerOf<Answer>(asked: Promise<Answer>, limit: number): Promise<Answer> {
  const late = new AbortController();
  const silence = delay(limit, undefined, { signal: late.signal, ref: false }).then(() => {
    throw new Silence(`no answer within ${limit / 1000} s`);
  });
  silence.catch(() => undefined);
  try {
    return await Promise.race([asked, silence]);
  } finally {
    late.abort();
    asked.catch(() => undefined);
  }
}

/** Follows from every package, so a cache entry never serves another lock. Libc and distribution do not matter. */
function cacheKey(set: LockedSet): string {
  const digest = createHash('sha256').update(JSON.stringify(set.packages)).digest('hex').slice(0, 16);
  return `pg-roundtrip-${set.product}-1-${set.platform}-${set.architecture}-${set.major}-${digest}`;
}
