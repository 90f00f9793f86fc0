import { rmSync } from 'node:fs';
import type { Platform } from '../platform/platform.ts';
import { readLeftovers } from '../steps/undo.ts';

/**
 * For a process that ends at once, as after a second SIGINT: removes the folders that its journal names and says what
 * on the servers nobody will drop.
 */
export function takeBackNow(journal: string, platform: Pick<Platform, 'annotate'>): void {
  for (const leftover of readLeftovers(journal)) {
    if (leftover.kind === 'path') rmSync(leftover.path, { recursive: true, force: true });
    else {
      const { kind, name, connection } = leftover;
      platform.annotate('warning', 'pg-roundtrip', `${kind} "${name}" of ${connection} is left: drop it`);
    }
  }
}
