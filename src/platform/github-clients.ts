import { createHash } from 'node:crypto';
import { constants, copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientStore } from '../client/client-store.ts';
import type { LockedSet } from '../client/lock/lock.ts';
import { packageFile } from '../client/sealed/package-store.ts';
import type { ToolName } from '../client/tool-cache.ts';
import type { Platform } from './platform.ts';

/**
 * How long a cache is waited for, in milliseconds. Its client tries again for half a minute while the service is down;
 * the packages come in two seconds from any mirror.
 */
const patience = { answer: 5_000, save: 30_000 };

/**
 * The runner's tool cache for laid-out clients, and the CI's cache for their packages. Their clients are
 * loaded when they are needed, as they are megabytes of code.
 */
export function githubClientStore(
  environment: Readonly<Record<string, string | undefined>>,
  platform: Pick<Platform, 'temporary' | 'info'>,
): ClientStore {
  const folder = join(platform.temporary, 'pg-roundtrip-packages');
  const tools = environment['RUNNER_TOOL_CACHE'];
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
    folder: tools || join(platform.temporary, 'pg-roundtrip-clients'),
    toolCache: tools ? { find: findTool } : undefined,
    packages: {
      folder,
      restore: set =>
        attempt('read', async () => {
          const { isFeatureAvailable, restoreCache } = await import('@actions/cache');
          if (!isFeatureAvailable()) return;
          const entry = entryFolder(folder, set);
          // Asked first, and only that is given up: a late answer must write no files under those of the run.
          const asked = restoreCache([entry], cacheKey(set), [], { lookupOnly: true });
          if ((await answerOf(asked, patience.answer)) === undefined) return;
          await restoreCache([entry], cacheKey(set));
          await linkPackages(set, entry, folder);
          await rm(entry, { recursive: true, force: true });
        }),
      save: set =>
        attempt('written', async () => {
          const { isFeatureAvailable, saveCache } = await import('@actions/cache');
          if (!isFeatureAvailable()) return;
          const entry = entryFolder(folder, set);
          await rm(entry, { recursive: true, force: true });
          await linkPackages(set, folder, entry);
          await answerOf(saveCache([entry], cacheKey(set)), patience.save);
          await rm(entry, { recursive: true, force: true });
        }),
    },
  };
}

async function findTool({ tool, version, processor }: ToolName): Promise<string | undefined> {
  const { find } = await import('@actions/tool-cache');
  return find(tool, version, processor) || undefined;
}

/** What goes into the cache for a set: its own packages and nothing else. The packages of a job lie together. */
function entryFolder(folder: string, set: LockedSet): string {
  return join(folder, cacheKey(set));
}

/** A link costs no space. What is there already stays: every package is hashed when it is used. */
async function linkPackages(set: LockedSet, from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const one of set.packages) {
    const [source, target] = [packageFile(from, one), packageFile(to, one)];
    await link(source, target)
      .catch(() => copyFile(source, target, constants.COPYFILE_EXCL))
      .catch(() => undefined);
  }
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
