import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds of a tick in /proc; 100 of them make a second on every Linux that Node runs on. */
const tick = 1 / 100;

/** Backends end, and are counted, a moment after their clients have left. */
const farewell = 200;

/**
 * CPU time that all ended children of this process have used, with their children, and the server with its ended
 * backends. The difference of two such numbers is the work of what ran between them: it says more than the clock where
 * others use the machine too. Undefined where there is no /proc.
 */
export async function cpuSeconds(serverPid: number): Promise<number | undefined> {
  await sleep(farewell);
  try {
    return tick * (childrenOf('self') + childrenOf(String(serverPid)));
  } catch {
    return undefined;
  }
}

/** Fields 16 and 17 of `stat`; field 2 is a name in brackets, which may hold anything. */
function childrenOf(process: string): number {
  const text = readFileSync(`/proc/${process}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}
