import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCache, Platform } from './platform.ts';

/**
 * GitHub's cache for single files. Its client is loaded when it is needed; what it throws, and what it only logs, means
 * that the file has to come from elsewhere.
 */
export function githubFileCache({ temporary, info }: Pick<Platform, 'temporary' | 'info'>): FileCache {
  const attempt = async (what: string, body: () => Promise<unknown>): Promise<boolean> => {
    try {
      return (await body()) !== undefined;
    } catch (error) {
      info(`the cache could not be ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };
  return {
    async withFile(key, { write, isSound }, use) {
      // Its path is part of what the cache looks for, so it is the same in every run.
      const folder = join(temporary, 'pg-roundtrip-cache', key);
      const file = join(folder, 'packed');
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const restored = await attempt('read', async () => {
          const { isFeatureAvailable, restoreCache } = await import('@actions/cache');
          return isFeatureAvailable() ? await restoreCache([folder], key) : undefined;
        });
        if (restored && (await isSound(file))) return await use(file, 'cache');
        if (restored) info('what the cache gave is not what was published: it is fetched again');
        await rm(file, { recursive: true, force: true });
        await write(file);
        await attempt('written', async () => {
          const { isFeatureAvailable, saveCache } = await import('@actions/cache');
          return isFeatureAvailable() ? await saveCache([folder], key) : undefined;
        });
        return await use(file, 'source');
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
