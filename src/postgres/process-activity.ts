import { readFile } from 'node:fs/promises';

/** Milliseconds between two looks. */
const interval = 500;

/**
 * Calls `onActive` whenever the process has woken since the last look, until the returned function is called. A tool
 * that waits for a silent peer sleeps in poll(2) without waking; one that reads from a slow network wakes for each
 * packet, even while megabytes wait in the sockets' buffers and its server already looks idle. Linux only: elsewhere
 * it never calls (proc_pid_status(5), `voluntary_ctxt_switches`).
 */
export function watchActivity(pid: number, onActive: () => void): () => void {
  let last: string | undefined;
  const look = async (): Promise<void> => {
    const count = await wakeUps(pid);
    if (last !== undefined && count !== undefined && count !== last) onActive();
    last = count ?? last;
  };
  const timer = setInterval(() => void look(), interval);
  timer.unref();
  return () => clearInterval(timer);
}

async function wakeUps(pid: number): Promise<string | undefined> {
  try {
    return /^voluntary_ctxt_switches:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined; // it has ended, or this is no Linux
  }
}
