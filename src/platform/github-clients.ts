import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ClientStore } from '../client/client-store.ts';
import type { LockedSet } from '../client/lock/lock.ts';
import type { Platform } from './platform.ts';

/**
 * The runner's tool cache for laid-out clients, and the CI's cache for their packages. The client of the latter is
 * loaded when it is needed, as it is megabytes of code.
 */
export function githubClientStore(
  environment: Readonly<Record<string, string | undefined>>,
  platform: Pick<Platform, 'temporary' | 'info'>,
): ClientStore {
  const folder = join(platform.temporary, 'pg-roundtrip-packages');
  const attempt = async (what: string, body: () => Promise<unknown>): Promise<void> => {
    try {
      await body();
    } catch (error) {
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
          if (isFeatureAvailable()) await restoreCache([folder], cacheKey(set));
        }),
      save: set =>
        attempt('written', async () => {
          const { isFeatureAvailable, saveCache } = await import('@actions/cache');
          if (isFeatureAvailable()) await saveCache([folder], cacheKey(set));
        }),
    },
  };
}

/** Follows from every package, so a cache entry never serves another lock. Libc and distribution do not matter. */
function cacheKey(set: LockedSet): string {
  const digest = createHash('sha256').update(JSON.stringify(set.packages)).digest('hex').slice(0, 16);
  return `pg-roundtrip-${set.product}-1-linux-${set.architecture}-${set.major}-${digest}`;
}
