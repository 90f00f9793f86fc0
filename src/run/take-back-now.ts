import { rmSync } from 'node:fs';
import type { Platform } from '../platform/platform.ts';
import { readLeftovers, withoutDoomed } from '../steps/undo.ts';
import { stopLeftServerNow } from '../throwaway/stop-left-server.ts';

/**
 * For a process that ends at once, as after a second SIGINT: ends the servers and removes the folders that its journal
 * names, and says what on other servers nobody will drop.
 */
export function takeBackNow(journal: string, platform: Pick<Platform, 'annotate'>): void {
  for (const leftover of withoutDoomed(readLeftovers(journal))) {
    if (leftover.kind === 'path') rmSync(leftover.path, { recursive: true, force: true });
    else if (leftover.kind === 'server') stopLeftServerNow(leftover);
    else {
      const { kind, name, connection } = leftover;
      platform.annotate('warning', 'pg-roundtrip', `${kind} "${name}" of ${connection} is left: drop it`);
    }
  }
}
