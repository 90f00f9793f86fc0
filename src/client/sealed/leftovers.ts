import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Milliseconds after which nobody works in a staging folder any more. */
const forgotten = 24 * 60 * 60 * 1_000;

/** What the names of staging folders for a target begin with. */
export function stagingPrefix(root: string): string {
  return join(dirname(root), `.${basename(root)}.partial-`);
}

/** Removes the staging folders of installers that were killed, as far as this user may. */
export async function removeLeftovers(root: string, now: number): Promise<void> {
  const [parent, prefix] = [dirname(root), basename(stagingPrefix(root))];
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter(one => one.startsWith(prefix))) {
    const folder = join(parent, name);
    const age = await stat(folder).then(
      found => now - found.mtimeMs,
      () => 0,
    );
    if (age > forgotten) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
