import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { find } from '@actions/tool-cache';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Fetched, type FetchOptions, fetchSet } from '../../../src/client/fetch-set.ts';
import type { LockedSet } from '../../../src/client/lock/lock.ts';
import { sealedRoot, toolName } from '../../../src/client/sealed-clients.ts';
import { type CraftedSet, craftSet } from './sealed/crafted-set.ts';
import { startArchive } from './sealed/mirror-server.ts';

const crafted = await craftSet();
const { tool, version, processor } = toolName(crafted.set);

/** Asked as any other action asks it. */
const toolCache = { find: async () => find(tool, version, processor) || undefined };

let tools = '';
let root = '';
beforeEach(async () => {
  tools = await mkdtemp(join(tmpdir(), 'tool cache '));
  root = sealedRoot(tools, crafted.set);
  vi.stubEnv('RUNNER_TOOL_CACHE', tools);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(tools, { recursive: true, force: true });
});

async function provide({ set, files }: CraftedSet, changes: Partial<FetchOptions> = {}): Promise<Fetched> {
  await using mirror = await startArchive(files);
  return await fetchSet({ schema: 1, takenAt: {}, sets: [set] }, set, root, {
    mirrors: [mirror.url],
    environment: {},
    signal: new AbortController().signal,
    packages: undefined,
    toolCache,
    ...changes,
  });
}

describe('the name of a set in the tool cache', () => {
  const named = (text: string): string =>
    toolName({ ...crafted.set, major: Number.parseInt(text, 10), version: text }).version;

  test.each([
    ['17.11', /^17\.11\.\d+$/],
    ['18.0', /^18\.0\.\d+$/],
    ['19rc1', /^19\.0\.0-rc1\.r[0-9a-f]{12}$/],
    ['19beta2', /^19\.0\.0-beta2\.r[0-9a-f]{12}$/],
  ])('has a version of three numbers: %s', (text, expected) => {
    expect(named(text)).toMatch(expected);
  });

  test('follows from every package', () => {
    const [first, ...others] = crafted.set.packages;
    if (first === undefined) throw new Error('an empty set');
    const changed: LockedSet = { ...crafted.set, packages: [{ ...first, sha256: 'f'.repeat(64) }, ...others] };
    expect(toolName(changed).version).not.toBe(version);
  });
});

describe('the tool cache', () => {
  test('finds what was laid out, by its version and by its major, and readable for all', async () => {
    expect(find(tool, version, processor)).toBe('');
    const mask = process.umask(0o077);
    await provide(crafted).finally(() => process.umask(mask));
    expect(find(tool, version, processor)).toBe(root);
    expect(find(tool, '17.x', processor)).toBe(root);
    expect(find(tool, '18.x', processor)).toBe('');
    expect((await stat(root)).mode & 0o777).toBe(0o755);
    expect(await provide(crafted)).toMatchObject({ already: true, requests: 0 });
  });

  test('no longer finds a folder that proved damaged, from before it is replaced until the new one is there', async () => {
    await provide(crafted);
    await rm(join(root, 'bin/psql'));
    const beforeFetch = async () => {
      expect(find(tool, version, processor)).toBe('');
      expect(existsSync(join(root, 'bin/pg_dump'))).toBe(true);
      throw new Error('it ends here');
    };
    await expect(provide(crafted, { beforeFetch })).rejects.toThrow('it ends here');
    expect(find(tool, version, processor)).toBe('');
    expect(await provide(crafted)).toMatchObject({ already: false });
    expect(find(tool, version, processor)).toBe(root);
    expect(existsSync(join(root, 'bin/psql'))).toBe(true);
  });

  test('is asked first: what it does not know as complete is made anew', async () => {
    await provide(crafted);
    await rm(`${root}.complete`);
    expect(await provide(crafted)).toMatchObject({ already: false, requests: crafted.set.packages.length });
    expect(find(tool, version, processor)).toBe(root);
  });

  test('has no part in a store that is none', async () => {
    await provide(crafted, { toolCache: undefined });
    expect(existsSync(`${root}.complete`)).toBe(false);
    expect(await provide(crafted, { toolCache: undefined })).toMatchObject({ already: true });
  });
});
